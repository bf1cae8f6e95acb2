-- Programs, those that asked for most first. $1 site, $2 shards, $3 since when, $4 most.
-- Everybody: how many there are.
select visitor_id, sum(pageviews)::bigint as views, max(bot_reason) as bot_reason, count(*) over () as everybody
from visits
where site_id = $1 and shard = any($2::smallint[]) and started_at >= $3 and bot_reason <> ''
group by visitor_id
order by views desc, visitor_id
limit $4
