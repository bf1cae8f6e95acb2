-- $1: shard, $2: day; $3 to $5: sites, outcomes and how many beacons, each (site, outcome) once.
insert into ingest_counts (shard, day, site_id, outcome, beacons)
select $1, $2, site_id, outcome, beacons
from unnest($3::int[], $4::text[], $5::bigint[]) as n (site_id, outcome, beacons)
on conflict (shard, site_id, day, outcome) do update
set beacons = ingest_counts.beacons + excluded.beacons
