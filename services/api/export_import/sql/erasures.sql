-- Until when nothing of these visitors may be stored. $1 shard, $2 site, $3 visitors.
select visitor_id, until
from visitor_erasures
where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])
