-- name: outcomes
-- $1: shard. What became of beacons, by site; outcome '' is how many were read.
select site_id, outcome, sum(beacons)::bigint as beacons
from ingest_counts
where shard = $1
group by site_id, outcome
union all
select site_id, '', beacons
from ingest_accepted
where shard = $1

-- name: site_names
-- Ids and names of all sites that are not deleted.
select id, name from sites where deleted_at is null
