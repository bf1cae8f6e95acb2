-- When a site's last beacon of a human came. $1 shards, $2 site, $3 since when one looks, $4 until when.
select max(last.ts)
from unnest($1::smallint[]) as each (shard)
cross join lateral (
    select ts
    from events
    where events.shard = each.shard and site_id = $2 and ts > $3 and ts <= $4 and not is_bot
    order by ts desc
    limit 1
) as last
