-- name: bot_pages
-- Pages by views of bots. :pageview is the kind of a page view, :crawlers the bot reasons of crawlers.
select
    e.path,
    count(*) filter (where v.bot_reason <> all(:crawlers::text[])) as bot_views,
    count(*) filter (where v.bot_reason = any(:crawlers::text[])) as crawler_views,
    count(*) as views
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = :site_id and e.ts >= :begin and e.ts < :end and e.shard = any(:shards::smallint[]) and e.kind = :pageview
    and v.site_id = :site_id and v.started_at >= :begin::timestamptz - ${longest_visit} and v.started_at < :end
    and v.shard = any(:shards::smallint[]) and v.bot_reason <> ''
group by e.path
order by views desc, e.path
limit :limit

-- name: bot_visits
-- The latest visits of bots. $1 site, $2 shards, $3 from, $4 limit, $5 the bot reason of the model, whose score is the
-- confidence; rules have the confidence 1.
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
-- Bots and visitors suspected by the model, most page views first; total is their number.
-- $1 site, $2 shards, $3 from, $4 limit, $5 the bot reason of the model.
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
select visitor_id, sum(pageviews)::bigint as views, max(bot_reason) as bot_reason, count(*) over () as total
from found
group by visitor_id
order by views desc, visitor_id
limit $4

-- name: bots_by_day
-- Page views and visits of bots by day and bot reason. $1 site, $2 shards, $3 starts of the days, $4 end of the last day.
-- The day is a number from 1; 0 is all time before.
select
    width_bucket(started_at, $3::timestamptz[]) as day,
    bot_reason,
    sum(pageviews)::bigint as views,
    count(*) as visits
from visits
where site_id = $1 and shard = any($2::smallint[]) and started_at < $4 and bot_reason <> ''
group by 1, 2

-- name: page_countries
-- Page views by page and country. :pageview is the kind of a page view.
select e.path, v.country, count(*) as views
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = :site_id and e.ts >= :begin and e.ts < :end and e.shard = any(:shards::smallint[]) and e.kind = :pageview
    and e.path = any(:paths::text[])
    and v.site_id = :site_id and v.started_at >= :begin::timestamptz - ${longest_visit} and v.started_at < :end
    and v.shard = any(:shards::smallint[]) and v.bot_reason = ''
group by e.path, v.country
order by views desc, e.path, v.country

-- name: planner_settings
-- Applies until the transaction ends. Visits and events are joined by three columns, whose selectivities the planner
-- multiplies. It expects one row and would use a nested loop.
select set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
