-- name: funnel
-- Number of visitors by depth, the number of funnel steps that they reached. Depth 0: all visitors.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 kinds of events that can match a step.
-- Taking the earliest possible event for each step reaches the greatest depth. So n_2 is the first event after n_1 that
-- matches step 2, and so on. All windows have the same order, which needs one sort.
with happened as (
    select e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, {steps}
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = any($5::smallint[]) and not e.is_bot and ({any_step}) and {of_visits}
),
walked_0 as (
    select *, row_number() over (partition by {walker} order by ts, id) as n, 0::bigint as n_0
    from happened
),
{walks},
came as (
    select shard, visitor_id, max(num_nonnulls({numbers})) as depth
    from {last}
    group by shard, visitor_id
)
select depth, count(*) as visitors
from came
where depth > 0
group by depth
union all
select 0, count(*)
from (
    select distinct v.shard, v.visitor_id
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = '' and {visit_filters}
) as all_visitors

-- name: goals
-- Visitors who reached each goal in visits that started in the time range, and how often it was reached in the range.
-- Goal 0: all visitors.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 kinds of events that can match a goal.
-- Visitors are counted by shard: no visitor is in two, and the shards of a distributed database count in parallel.
select goal, count(*) filter (where came) as visitors, sum(conversions)::bigint as conversions
from (
    select
        goal, shard, visitor_id,
        bool_or(visit_started_at >= $2 and visit_started_at < $3) as came,
        count(*) filter (where ts >= $2 and ts < $3) as conversions
    from (
        select
            e.shard, e.visitor_id, e.visit_started_at, e.ts,
            unnest(array_remove(array[{reached}]::integer[], null)) as goal
        from events e
        where e.shard = any($4::smallint[]) and e.site_id = $1
            and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
            and e.kind = any($5::smallint[]) and not e.is_bot and {of_visits}
    ) as happened
    group by goal, shard, visitor_id
) as of_visitors
group by goal
union all
select 0, count(*), 0
from (
    select distinct v.shard, v.visitor_id
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = '' and {visit_filters}
) as all_visitors

-- name: has_property
{row}.props ->> {key}::text = {value}::text

-- name: is_event
({row}.kind = {kind}::smallint and {row}.name = {name}::text and {properties})

-- name: is_page
({row}.kind = {kind}::smallint and {row}.path like {pattern}::text and {properties})

-- name: of_visit
shard, visitor_id, visit_started_at

-- name: of_visitor
shard, visitor_id

-- name: reached_goal
case when {condition} then {number}::int end

-- name: took_step
{condition} as is_{number}

-- name: walk
walked_{number} as (
    select *, min(n) filter (where is_{number} and n > n_{before}) over (partition by {walker}) as n_{number}
    from walked_{before}
)
