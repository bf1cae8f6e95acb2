-- $1: shard, $2: day; $3 to $5: sites, outcomes and how many beacons, each (site, outcome) once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into ingest_counts (shard, day, site_id, outcome, beacons)
select o.shard, $2, n.site_id, n.outcome, n.beacons
from ingest_offsets o
cross join unnest($3::int[], $4::text[], $5::bigint[]) as n (site_id, outcome, beacons)
where o.shard = $1
on conflict (shard, site_id, day, outcome) do update
set beacons = ingest_counts.beacons + excluded.beacons
