-- name: bot_pages
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
    and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit} and v.started_at < $3
    and v.shard = any($4::smallint[]) and v.bot_reason <> ''
group by e.path
order by views desc, e.path
limit $7

-- name: bot_visits
-- The latest visits of programs. $1 site, $2 shards, $3 since when, $4 most, $5 the reason of the model, whose score
-- says how sure it is; rules are sure.
select
    v.visitor_id,
    v.started_at,
    v.bot_reason,
    (case when v.bot_reason = $5 then coalesce(o.score, 0.5) else 1 end)::double precision as confidence
from visits v
left join bot_scores o on o.shard = v.shard and o.site_id = v.site_id and o.visitor_id = v.visitor_id
where v.site_id = $1 and v.shard = any($2::smallint[]) and v.started_at >= $3 and v.bot_reason <> ''
order by v.started_at desc, v.visitor_id
limit $4

-- name: bots
-- Programs and those whom the model takes for programs, those that asked for most first.
-- $1 site, $2 shards, $3 since when, $4 most, $5 the reason of whom only the model suspects.
-- Everybody: how many there are.
with found as (
    select visitor_id, pageviews, bot_reason
    from visits
    where site_id = $1 and shard = any($2::smallint[]) and started_at >= $3 and bot_reason <> ''
    union all
    select v.visitor_id, v.pageviews, $5
    from bot_scores o
    join visits v on v.shard = o.shard and v.site_id = o.site_id and v.visitor_id = o.visitor_id
    where o.site_id = $1 and o.shard = any($2::smallint[])
        and v.site_id = $1 and v.shard = any($2::smallint[]) and v.started_at >= $3 and v.bot_reason = ''
)
select visitor_id, sum(pageviews)::bigint as views, max(bot_reason) as bot_reason, count(*) over () as everybody
from found
group by visitor_id
order by views desc, visitor_id
limit $4

-- name: bots_by_day
-- Page views and visits of programs. $1 site, $2 shards, $3 begins of the days, $4 end of the last one.
-- Day: which of them, from 1; 0 is all the time before.
select
    width_bucket(started_at, $3::timestamptz[]) as day,
    bot_reason,
    sum(pageviews)::bigint as views,
    count(*) as visits
from visits
where site_id = $1 and shard = any($2::smallint[]) and started_at < $4 and bot_reason <> ''
group by 1, 2

-- name: page_countries
-- From where pages were viewed. $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kind of a pageview, $6 pages.
select e.path, v.country, count(*) as views
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind = $5
    and e.path = any($6::text[])
    and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit} and v.started_at < $3
    and v.shard = any($4::smallint[]) and v.bot_reason = ''
group by e.path, v.country
order by views desc, e.path, v.country

-- name: settings
-- Until the transaction ends: visits and events join by three columns, whose selectivities the planner multiplies; it
-- expects one row, and would loop over both.
select set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
