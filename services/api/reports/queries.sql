-- name: by_event_value
-- Counts by a dimension of events, such as the page or the event's name.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 search text, or '', $6 limit, $7 offset,
-- $8 kind of a pageview, $9 of a custom event, $10 of a click, $11 of a leave.
-- An event can be in the time range although its visit started a day before or starts half an hour later. A visit that
-- started in the range counts for a value even if it got the value after the range.
with of_values as (
    select
        value,
        count(*) filter (where has_visit) as visitors,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(clicks) as clicks,
        sum(engaged_ms)::bigint as engaged_ms,
        sum(leaves) as leaves,
        sum(scroll) as scroll
    from (
        select
            {value} as value,
            e.visitor_id,
            bool_or(e.visit_started_at >= $2 and e.visit_started_at < $3 and e.kind <> $11) as has_visit,
            (count(*) filter (where e.kind = $8 and e.ts >= $2 and e.ts < $3))::integer as pageviews,
            (count(*) filter (where e.kind = $9 and e.ts >= $2 and e.ts < $3))::integer as events,
            (count(*) filter (where e.kind = $10 and e.ts >= $2 and e.ts < $3))::integer as clicks,
            sum(e.engaged_ms) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3) as engaged_ms,
            (count(*) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3))::integer as leaves,
            sum(e.scroll) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3) as scroll
        from events e
        join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
        where e.site_id = $1 and e.ts >= $2::timestamptz - ${before_visit}
            and e.ts < $3::timestamptz + ${visit_reach} and e.shard = any($4::smallint[])
            and e.kind = any({kinds}::smallint[]) and {narrowed}
            and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit}
            and v.started_at < $3::timestamptz + ${before_visit} and v.shard = any($4::smallint[])
            and v.bot_reason = '' and {visit_filters}
        group by 1, e.visitor_id
    ) as of_visitors
    where value is not null
    group by value
),
visit_counts as (
    select value, visitors, 0 as visits, 0 as bounces, 0 as duration_ms from of_values where visitors > 0
),
event_counts as (
    select value, pageviews, events, clicks, coalesce(engaged_ms, 0) as engaged_ms, leaves, coalesce(scroll, 0) as scroll
    from of_values
    where pageviews + events + clicks + leaves > 0
),
entry_counts as (
    {entry_counts}
),
{page}

-- name: by_visit_value
-- Counts by a dimension of visits, such as the country or the browser.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 search text, or '', $6 limit, $7 offset,
-- $8 kind of a pageview, $9 of a custom event, $10 of a click.
with visit_counts as (
    select
        value,
        count(*) as visitors,
        sum(visits) as visits,
        sum(bounces) as bounces,
        (extract(epoch from sum(duration)) * 1000)::bigint as duration_ms,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(clicks) as clicks
    from (
        select
            {value} as value,
            v.visitor_id,
            count(*)::integer as visits,
            (count(*) filter (where ${is_bounce}))::integer as bounces,
            sum(v.ended_at - v.started_at) as duration,
            (sum(v.pageviews) filter (where {inside}))::integer as pageviews,
            {visit_events}
        from visits v
        {events_by_visit}
        where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
            and v.bot_reason = '' and {visit_filters}
        group by 1, v.visitor_id
    ) as of_visitors
    group by value
),
event_counts as (
    {event_counts}
),
entry_counts as (
    select null::text as value, 0 as visits, 0 as bounces, 0 as duration_ms where false
),
{page}

-- name: events_by_visit
-- Custom events and clicks in the time range, by visit: there are few, and an index contains all that is needed.
left join (
    select e.shard, e.visitor_id, e.visit_started_at,
        (count(*) filter (where e.kind = $9))::integer as events,
        (count(*) filter (where e.kind = $10))::integer as clicks
    from events e
    where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind in ($9, $10)
    group by e.shard, e.visitor_id, e.visit_started_at
) as d on d.shard = v.shard and d.visitor_id = v.visitor_id and d.visit_started_at = v.started_at

-- name: entries
-- Visits by entry page.
select
    v.entry_page as value,
    count(*) as visits,
    count(*) filter (where ${is_bounce}) as bounces,
    (extract(epoch from sum(v.ended_at - v.started_at)) * 1000)::bigint as duration_ms
from visits v
where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
    and v.bot_reason = '' and {visit_filters}
group by v.entry_page

-- name: events_by_bucket
-- Events of humans in a time range, by bucket, from 1.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 start of each bucket, ascending from $2.
-- $6 kind of a pageview, $7 of a custom event, $8 of a click, $9 of a leave.
select
    width_bucket(e.ts, $5::timestamptz[]) as bucket,
    count(*) filter (where e.kind = $6) as pageviews,
    count(*) filter (where e.kind = $7) as events,
    count(*) filter (where e.kind = $8) as clicks,
    coalesce(sum(e.engaged_ms) filter (where e.kind = $9), 0) as engaged_ms,
    count(*) filter (where e.kind = $9) as leaves,
    coalesce(sum(e.scroll) filter (where e.kind = $9), 0) as scroll
from events e
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[])
    and not e.is_bot and {event_filters}
group by bucket

-- name: first_visit
-- Start of the oldest visit to the site in one shard. $1 site, $2 shard.
select min(started_at) from visits where site_id = $1 and shard = $2

-- name: events_in_visits
-- Events of visits that a filter selects as a whole. Page views come from the visits' own counters, except at the ends of
-- the time range; events and clicks of visits that started in the range are counted with the visits.
select value, sum(pageviews) as pageviews, sum(events) as events, sum(clicks) as clicks,
    0 as engaged_ms, 0 as leaves, 0 as scroll
from (
    select value, coalesce(pageviews, 0) as pageviews, coalesce(events, 0) as events, coalesce(clicks, 0) as clicks
    from visit_counts
    union all
    select {value} as value,
        count(*) filter (where e.kind = $8) as pageviews,
        count(*) filter (where e.kind = $9 and (v.started_at < $2 or v.started_at >= $3)) as events,
        count(*) filter (where e.kind = $10 and (v.started_at < $2 or v.started_at >= $3)) as clicks
    from visits v
    join events e on e.shard = v.shard and e.visitor_id = v.visitor_id and e.visit_started_at = v.started_at
    where v.site_id = $1 and v.shard = any($4::smallint[])
        and (
            v.started_at >= $2::timestamptz - ${longest_visit} and v.started_at < $2::timestamptz + ${session_timeout}
            or v.started_at >= $3::timestamptz - ${longest_visit} and v.started_at < $3::timestamptz + ${before_visit}
        )
        and v.ended_at >= $2 and not ({inside})
        and v.bot_reason = '' and {visit_filters}
        and e.site_id = $1 and e.shard = any($4::smallint[])
        and e.ts >= $2 and e.ts < $3
        and (e.ts < $2::timestamptz + ${visit_reach} or e.ts >= $3::timestamptz - ${visit_reach})
        and e.kind in ($8, $9, $10)
    group by 1
) as parts
group by value

-- name: narrowed_events
-- Events of visits, where a filter also restricts events.
-- An event can be in the time range although its visit started a day before or starts half an hour later.
select {value} as value,
    count(*) filter (where e.kind = $8) as pageviews,
    count(*) filter (where e.kind = $9) as events,
    count(*) filter (where e.kind = $10) as clicks,
    0 as engaged_ms, 0 as leaves, 0 as scroll
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind in ($8, $9, $10)
    and {narrowed}
    and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit}
    and v.started_at < $3::timestamptz + ${before_visit} and v.shard = any($4::smallint[])
    and v.bot_reason = '' and {visit_filters}
group by 1

-- name: has_event
-- Whether visit v has an event of these kinds that meets the condition.
-- The time limits, wide enough for any selected visit, exclude partitions.
exists (
    select
    from events w
    where w.shard = v.shard and w.site_id = v.site_id and w.visitor_id = v.visitor_id
        and w.visit_started_at = v.started_at
        and w.site_id = $1 and w.shard = any($4::smallint[])
        and w.ts >= $2::timestamptz - ${around_visits} and w.ts < $3::timestamptz + ${around_visits}
        and w.kind = any({kinds}::smallint[]) and {condition}
)

-- name: hash_groups
-- Group by hashing until the transaction ends. The planner expects one row of a join and would group by sorting, but there
-- are a hundred thousand. For statements that sort nothing but the rows of a page.
select set_config('enable_sort', 'off', true)

-- name: inside
-- Whether all events of a visit are in the time range. A late event can be half an hour before the visit's start.
{row}.started_at >= $2::timestamptz + ${session_timeout} and {row}.ended_at < $3

-- name: neighbors
-- Pages viewed before and after a page; '' where the visit started or ended.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 kind of a pageview, $6 the page, $7 limit for each side.
-- A page viewed twice in a row is one step.
with viewed as (
    select
        e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, e.path,
        lag(e.path) over (partition by e.shard, e.visitor_id, e.visit_started_at order by e.ts, e.id) as before
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = $5 and not e.is_bot and {of_visits}
        -- Pages of other visits need not be sorted.
        and exists (
            select
            from events w
            where w.shard = e.shard and w.visitor_id = e.visitor_id and w.visit_started_at = e.visit_started_at
                and w.shard = any($4::smallint[]) and w.site_id = $1
                and w.ts >= $2::timestamptz - ${before_visit} and w.ts < $3::timestamptz + ${visit_reach}
                and w.kind = $5 and not w.is_bot and w.path = $6
        )
),
steps as (
    select
        path,
        coalesce(before, '') as before,
        coalesce(
            lead(path) over (partition by shard, visitor_id, visit_started_at order by ts, id), ''
        ) as after
    from viewed
    where before is distinct from path
),
counted as (
    select true as is_before, before as page, count(*) as times from steps where path = $6 group by before
    union all
    select false, after, count(*) from steps where path = $6 group by after
),
ranked as (
    select *, row_number() over (partition by is_before order by times desc, page collate "C") as rank
    from counted
)
select is_before, page, times
from ranked
where rank <= $7::int
order by is_before, rank

-- name: no_events
-- For exit pages only visits are counted.
select {value} as value, 0 as pageviews, 0 as events, 0 as clicks, 0 as engaged_ms, 0 as leaves, 0 as scroll
from visits v
where false and v.pageviews in ($8, $9, $10)

-- name: of_visit
-- Whether event e belongs to a visit that meets the conditions.
exists (
    select
    from visits v
    where v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
        and v.started_at = e.visit_started_at
        and v.site_id = $1 and v.shard = any($4::smallint[])
        and v.started_at >= $2::timestamptz - ${longest_visit}
        and v.started_at < $3::timestamptz + ${before_visit}
        and {conditions}
)

-- name: page
-- One page of all values, each row with the number of all values; one row of nulls if the page is empty.
counted as (
    select
        value collate "C" as value,
        coalesce(visit_counts.visitors, 0) as visitors,
        coalesce(visit_counts.visits, 0) + coalesce(entry_counts.visits, 0) as visits,
        coalesce(visit_counts.bounces, 0) + coalesce(entry_counts.bounces, 0) as bounces,
        coalesce(visit_counts.duration_ms, 0) + coalesce(entry_counts.duration_ms, 0) as duration_ms,
        coalesce(event_counts.pageviews, 0) as pageviews,
        coalesce(event_counts.events, 0) as events,
        coalesce(event_counts.clicks, 0) as clicks,
        coalesce(event_counts.engaged_ms, 0) as engaged_ms,
        coalesce(event_counts.leaves, 0) as leaves,
        coalesce(event_counts.scroll, 0) as scroll
    from visit_counts
    full join event_counts using (value)
    left join entry_counts using (value)
    where strpos(lower(value), lower($5::text)) > 0
),
rated as (
    select
        *,
        visits as entries,
        ${rated}
    from counted
),
page_rows as (
    select *
    from rated
    order by {order} {direction}, value
    limit $6::bigint offset $7::bigint
)
select
    total.count as total, value, visitors, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
from (select count(*) as count from counted) as total
left join page_rows on true
order by {order} {direction}, value

-- name: paths
-- The first pages of visits that started in a time range, most frequent first, with the number of different paths and
-- of all visits.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 kind of a pageview, $6 number of pages, $7 limit.
-- A page viewed twice in a row is one step. exits: visits without further pages.
with viewed as (
    select
        e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, e.path,
        lag(e.path) over (partition by e.shard, e.visitor_id, e.visit_started_at order by e.ts, e.id) as before
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = $5 and not e.is_bot and {of_visits}
),
steps as (
    select
        shard, visitor_id, visit_started_at, ts, id, path,
        row_number() over (partition by shard, visitor_id, visit_started_at order by ts, id) as step
    from viewed
    where before is distinct from path
),
walks as (
    select array_agg(path order by ts, id) filter (where step <= $6::int) as pages, count(*) as steps
    from steps
    group by shard, visitor_id, visit_started_at
)
select
    pages,
    count(*) as visits,
    count(*) filter (where steps = cardinality(pages)) as exits,
    count(*) over ()::bigint as total,
    (sum(count(*)) over ())::bigint as all_visits
from walks
group by pages
order by visits desc, pages collate "C"
limit $7::int

-- name: realtime
-- Visitors and page views of the last minutes, by part of the report and value.
-- $1 site, $2 begin (a full minute) and $3 end of the time range, $4 shards, $5 kinds, $6 that of a pageview,
-- $7 start of the current visitors, $8 maximum of values of a part.
with recent as (
    select e.visitor_id, e.ts, e.kind, e.path, v.source, v.country
    from events e
    join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
    where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[])
        and e.kind = any($5::smallint[]) and {narrowed}
        and v.site_id = $1 and v.started_at >= $2::timestamptz - ${longest_visit}
        and v.started_at < $3::timestamptz + ${before_visit} and v.shard = any($4::smallint[])
        and v.bot_reason = '' and {visit_filters}
),
valued as (
    select 'minutes' as part, floor(extract(epoch from ts - $2) / 60)::integer::text as value, visitor_id, kind from recent
    union all
    select 'pages', path, visitor_id, kind from recent
    union all
    select 'sources', source, visitor_id, kind from recent
    union all
    select 'countries', country, visitor_id, kind from recent
    union all
    select 'now', '', visitor_id, kind from recent where ts >= $7
),
counted as (
    select
        part,
        value collate "C" as value,
        count(distinct visitor_id) as visitors,
        count(*) filter (where kind = $6) as pageviews
    from valued
    group by part, value
),
placed as (
    select *, row_number() over (partition by part order by visitors desc, pageviews desc, value) as place
    from counted
)
select part, value, visitors, pageviews
from placed
where place <= $8 or part = 'minutes'
order by part, place

-- name: returned
-- Visitors by the intervals of their first visit (cohort) and of a later visit (came), both numbered from 1.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 start of each interval, ascending from $2.
-- newcomers: those without an earlier interval, so that each visitor is one newcomer of its cohort.
with seen as (
    select distinct v.shard, v.visitor_id, width_bucket(v.started_at, $5::timestamptz[]) as came
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = ''
),
known as (
    select
        width_bucket(p.first_visit, $5::timestamptz[]) as cohort,
        s.came,
        s.came = min(s.came) over (partition by s.shard, s.visitor_id) as is_newcomer
    from seen s
    join visitors p on p.shard = s.shard and p.visitor_id = s.visitor_id
    where p.shard = any($4::smallint[]) and p.site_id = $1 and p.first_visit >= $2 and p.first_visit < $3
)
select cohort, came, count(*) as visitors, count(*) filter (where is_newcomer) as newcomers
from known
group by cohort, came

-- name: settings
-- Planner settings until the transaction ends. Visits and events join by three columns; the planner multiplies their
-- selectivities, expects one row where there are a hundred thousand, and would use nested loops. A custom plan knows which
-- months and kinds it reads. Low parallel costs make it use parallel workers.
select
    set_config('enable_nestloop', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('work_mem', '32MB', true),
    set_config('parallel_setup_cost', '100', true),
    set_config('parallel_tuple_cost', '0.001', true)

-- name: visits_by_bucket
-- Human visits that started in a time range, by bucket, from 1.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 start of each bucket, ascending from $2.
-- Two groupings, by visitor and by bucket, count visitors: they hash, and count(distinct …) would sort.
-- Not grouped by shard: the planner would then scan the primary key, which is four times as slow as reading the range.
select
    bucket,
    count(*) as visitors,
    sum(visits) as visits,
    sum(bounces) as bounces,
    (extract(epoch from sum(duration)) * 1000)::bigint as duration_ms
from (
    select
        width_bucket(v.started_at, $5::timestamptz[]) as bucket,
        v.visitor_id,
        count(*)::integer as visits,
        (count(*) filter (where ${is_bounce}))::integer as bounces,
        sum(v.ended_at - v.started_at) as duration
    from visits v
    where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
        and v.bot_reason = '' and {visit_filters}
    group by bucket, v.visitor_id
) as of_visitors
group by bucket

-- name: visits_of_days
-- Approximate number of visits, from rollups without deltas: enough to decide whether to sample.
-- $1 site, $2 first day, $3 last day, $4 grain of days, $5 dimension of totals.
select coalesce(sum(visits), 0)::bigint
from rollups
where site_id = $1 and grain = $4 and dimension = $5 and bucket between $2 and $3
