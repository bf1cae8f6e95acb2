-- $1: shard; $2 and $3: sites and how many of their beacons were read, each site once.
insert into ingest_accepted (shard, site_id, beacons)
select $1, site_id, beacons
from unnest($2::int[], $3::bigint[]) as n (site_id, beacons)
on conflict (shard, site_id) do update
set beacons = ingest_accepted.beacons + excluded.beacons
