-- The oldest deltas of a site. $1 site, $2 how many at most.
select shard, id
from (select distinct shard, id from rollup_deltas where site_id = $1) as waiting
order by id
limit $2
