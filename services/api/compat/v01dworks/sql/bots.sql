-- Programs and those whom the model takes for programs, those that asked for most first.
-- $1 site, $2 shards, $3 since when, $4 most, $5 the reason of whom only the model suspects.
-- Everybody: how many there are.
with found as (
    select visitor_id, pageviews, bot_reason
    from visits
    where site_id = $1 and shard = any($2::smallint[]) and started_at >= $3 and bot_reason <> ''
    union all
    select v.visitor_id, v.pageviews, $5
    from bot_opinions o
    join visits v on v.shard = o.shard and v.site_id = o.site_id and v.visitor_id = o.visitor_id
    where o.site_id = $1 and o.shard = any($2::smallint[])
        and v.site_id = $1 and v.shard = any($2::smallint[]) and v.started_at >= $3 and v.bot_reason = ''
)
select visitor_id, sum(pageviews)::bigint as views, max(bot_reason) as bot_reason, count(*) over () as everybody
from found
group by visitor_id
order by views desc, visitor_id
limit $4
