-- $1 shard, $2 site, $3 visitors and $4 starts, in pairs; $5 and $6: the earliest and the latest start.
select
    v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.bot_reason, v.bot_verdict, v.network, v.user_agent
from unnest($3::uuid[], $4::timestamptz[]) as n (visitor_id, started_at)
join visits v
    on v.shard = $1
    and v.site_id = $2
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
where v.started_at >= $5 and v.started_at <= $6
