-- Page views of visitors since a moment. $1 shard, $2 site, $3 since when, $4 visitors.
select visitor_id, ts, path
from events
where shard = $1 and site_id = $2 and ts >= $3 and kind = 1 and visitor_id = any($4::uuid[])
order by visitor_id, ts, id
