-- Which pages programs asked for. $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kind of a pageview,
-- $6 reasons of those that are crawlers, $7 most pages.
select
    e.path,
    count(*) filter (where v.bot_reason <> all($6::text[])) as bot_views,
    count(*) filter (where v.bot_reason = any($6::text[])) as crawler_views,
    count(*) as views
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind = $5
    and v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day' and v.started_at < $3
    and v.shard = any($4::smallint[]) and v.bot_reason <> ''
group by e.path
order by views desc, e.path
limit $7
