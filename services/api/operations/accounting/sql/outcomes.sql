-- $1: shard. What became of beacons, by site; outcome '' is how many were read.
select site_id, outcome, sum(beacons)::bigint as beacons
from ingest_counts
where shard = $1
group by site_id, outcome
union all
select site_id, '', beacons
from ingest_accepted
where shard = $1
