-- name: funnel
-- Number of visitors by depth, the number of funnel steps that they reached. Depth 0: all visitors.
-- $1 site, $2 begin and $3 end of the time range, $4 shards, $5 kinds of events that can match a step.
-- Taking the earliest possible event for each step reaches the greatest depth. So n_2 is the first event after n_1 that
-- matches step 2, and so on. All windows have the same order, which needs one sort.
with matches as (
    select e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, {steps}
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = any($5::smallint[]) and not e.is_bot and ({any_step}) and {of_visits}
),
progress_0 as (
    select *, row_number() over (partition by {partition} order by ts, id) as n, 0::bigint as n_0
    from matches
),
{progress},
depths as (
    select shard, visitor_id, max(num_nonnulls({numbers})) as depth
    from {last}
    group by shard, visitor_id
)
select depth, count(*) as visitors
from depths
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
select goal, count(*) filter (where has_visit) as visitors, sum(conversions)::bigint as conversions
from (
    select
        goal, shard, visitor_id,
        bool_or(visit_started_at >= $2 and visit_started_at < $3) as has_visit,
        count(*) filter (where ts >= $2 and ts < $3) as conversions
    from (
        select
            e.shard, e.visitor_id, e.visit_started_at, e.ts,
            unnest(array_remove(array[{reached}]::integer[], null)) as goal
        from events e
        where e.shard = any($4::smallint[]) and e.site_id = $1
            and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
            and e.kind = any($5::smallint[]) and not e.is_bot and {of_visits}
    ) as matches
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

-- name: progress
progress_{number} as (
    select *, min(n) filter (where is_{number} and n > n_{before}) over (partition by {partition}) as n_{number}
    from progress_{before}
)
