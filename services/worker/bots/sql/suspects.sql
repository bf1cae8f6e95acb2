-- Up to $2 suspects of a shard, and what their visits are. $1: shard. Suspects whose visit is gone have none.
select n.site_id, n.visitor_id, n.started_at, v.ended_at, v.pageviews, v.events, v.bot_reason, v.bot_verdict, v.network,
    v.user_agent
from (
    select site_id, visitor_id, started_at
    from bot_suspects
    where shard = $1
    order by site_id, visitor_id, started_at
    limit $2
) n
left join visits v
    on v.shard = $1
    and v.site_id = n.site_id
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
