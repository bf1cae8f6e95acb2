-- When a shard's last beacon of a human came. $1 shard, $2 site, $3 since when one looks, $4 until when.
select ts
from events
where shard = $1 and site_id = $2 and ts > $3 and ts <= $4 and not is_bot
order by ts desc
limit 1
