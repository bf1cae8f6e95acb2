-- The next $5 visits of a shard in the order of time. $1 shard, $2 site; after $3 start and $4 visitor.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3 and (started_at, visitor_id) > ($3, $4)
order by started_at, visitor_id
limit $5
