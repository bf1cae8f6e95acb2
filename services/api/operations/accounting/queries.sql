-- name: outcomes
-- Outcomes of the beacons of a shard, by site; the outcome '' is the number of beacons that were read. $1: shard.
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
