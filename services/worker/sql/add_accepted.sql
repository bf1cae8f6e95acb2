-- $1: shard; $2 and $3: sites and how many of their beacons were read, each site once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into ingest_accepted (shard, site_id, beacons)
select o.shard, n.site_id, n.beacons
from ingest_offsets o
cross join unnest($2::int[], $3::bigint[]) as n (site_id, beacons)
where o.shard = $1
on conflict (shard, site_id) do update
set beacons = ingest_accepted.beacons + excluded.beacons
