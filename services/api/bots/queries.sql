-- name: request_recount
-- Request a recount of all visits of a site, from the first one on. $1 site, $2 now, $3 whether to check the behavior
-- rules again; an unfinished recount that does so keeps doing so.
insert into bot_reclassifications (site_id, requested_at, with_behavior)
values ($1, $2, $3)
on conflict (site_id) do update
set requested_at = excluded.requested_at,
    with_behavior = excluded.with_behavior or (bot_reclassifications.with_behavior and bot_reclassifications.finished_at is null),
    finished_at = null,
    shard = default,
    after_start = default,
    after_visitor = default,
    visits_seen = 0,
    visits_changed = 0

-- name: bot_visits
-- Visits that a rule matched or an override blocked, newest first. Filters that are null match any.
select
    visitor_id as visitor, started_at, ended_at, pageviews, events, bot_reason as reason, bot_verdict as verdict,
    network, user_agent, browser as name, os, device, country, hostname, entry_page, referrer
from visits
where shard = any(:shards::smallint[]) and site_id = :site_id and started_at >= :begin and started_at < :end
    and (bot_verdict <> '' or bot_reason <> '')
    and (:rule::text is null or coalesce(nullif(bot_verdict, ''), bot_reason) = :rule)
    and (:network::text is null or network = :network)
    and (:user_agent::text is null or user_agent = :user_agent)
    and (:is_human::boolean is null or (bot_reason = '') = :is_human)
order by started_at desc, visitor_id
limit :limit offset :offset

-- name: visits_by_subject
-- Visits that a rule matched or an override blocked, by rule, name, user agent and network. The $5 most frequent of
-- each kind, and all rules. $1 site, $2 and $3 begin and end of the time range, $4 shards.
with found as (
    select
        coalesce(nullif(bot_verdict, ''), bot_reason) as rule, browser, user_agent, network, country, pageviews,
        bot_reason = '' as is_human, ended_at
    from visits
    where shard = any($4::smallint[]) and site_id = $1 and started_at >= $2 and started_at < $3
        and (bot_verdict <> '' or bot_reason <> '')
),
counted as (
    select
        case
            when grouping(browser) = 0 then 'name'
            when grouping(network) = 0 then 'network'
            when grouping(user_agent) = 0 then 'user_agent'
            else 'rule'
        end as kind,
        coalesce(browser, network, user_agent, rule) as value,
        rule,
        country,
        count(*) as visits,
        sum(pageviews)::bigint as pageviews,
        count(*) filter (where is_human) as counted_as_human,
        coalesce(sum(pageviews) filter (where is_human), 0)::bigint as human_pageviews,
        max(ended_at) as last_seen
    from found
    group by grouping sets ((rule), (browser), (network, country), (user_agent, rule))
)
select kind, value, rule, country, visits, pageviews, counted_as_human, human_pageviews, last_seen
from (select *, row_number() over (partition by kind order by visits desc, value) as place from counted) c
where place <= $5::int or kind = 'rule'
order by kind, place

-- name: delete_override
-- No row when the site has no such override. $1 override, $2 site.
delete from bot_overrides where id = $1 and site_id = $2 returning id

-- name: scores
-- Visitors that the model takes for bots, the highest score first. $1 site, $2 limit.
select visitor_id as visitor, score, reasons, last_visit, computed_at
from bot_scores
where site_id = $1
order by score desc, visitor_id
limit $2

-- name: overrides
-- $1: site.
select o.id, o.kind, o.value, o.action, o.created_at, u.username as created_by
from bot_overrides o
left join users u on u.id = o.created_by
where o.site_id = $1
order by o.kind, o.value collate "C"

-- name: put_override
-- No row when the site has the maximum number of overrides.
insert into bot_overrides (id, site_id, kind, value, action, created_at, created_by)
select :id, :site_id, :kind::text, :value::text, :action, :now, :user_id
where (select count(*) from bot_overrides where site_id = :site_id) < :max_overrides::int
    or exists (select from bot_overrides where site_id = :site_id and kind = :kind::text and value = :value::text)
on conflict (site_id, kind, value) do update
set action = excluded.action, created_at = excluded.created_at, created_by = excluded.created_by
returning id

-- name: put_settings
-- $1 site; $2 to $4 the limits, $5 use of the model.
insert into bot_settings (site_id, rate_per_minute, paths_in_15_minutes, lifetime_paths, model)
values ($1, $2, $3, $4, $5)
on conflict (site_id) do update
set rate_per_minute = excluded.rate_per_minute, paths_in_15_minutes = excluded.paths_in_15_minutes,
    lifetime_paths = excluded.lifetime_paths, model = excluded.model

-- name: recount
-- Progress of a site's recount. No row when there was none yet. $1: site.
select
    requested_at, finished_at, shard, visits_seen, visits_changed,
    (select count(distinct day) from stale_days where site_id = $1 and not exits_only) as days_to_rebuild
from bot_reclassifications
where site_id = $1

-- name: settings
-- No row when the site has the defaults. $1: site.
select rate_per_minute, paths_in_15_minutes, lifetime_paths, model from bot_settings where site_id = $1
