-- How much there is of a site, and from when to when. $1 shards, $2 site, $3 and $4: visits that began from, and before.
select count(*) as visits, min(started_at) as first, max(started_at) as last
from visits
where shard = any($1::smallint[])
  and site_id = $2
  and started_at >= $3
  and started_at < $4
