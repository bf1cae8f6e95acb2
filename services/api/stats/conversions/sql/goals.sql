-- How many visitors reached each goal in visits that began in the span, and how often goals were reached in the span.
-- Goal 0: all visitors.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kinds of events that can be goals.
-- Visitors are counted by shard: no visitor is in two, and the shards of a distributed store count at once.
with happened as (
    select e.shard, e.visitor_id, e.visit_started_at, e.ts, unnest(array_remove(array[{reached}], null)) as goal
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - interval '1 hour' and e.ts < $3::timestamptz + interval '25 hours'
        and e.kind = any($5::smallint[]) and not e.is_bot and {of_visits}
),
converted as (
    select goal, count(*) as visitors
    from (
        select distinct goal, shard, visitor_id
        from happened
        where visit_started_at >= $2 and visit_started_at < $3
    ) as visitors_of_goals
    group by goal
),
often as (
    select goal, count(*) as conversions
    from happened
    where ts >= $2 and ts < $3
    group by goal
)
select goal, coalesce(visitors, 0) as visitors, coalesce(conversions, 0) as conversions
from converted
full join often using (goal)
union all
select 0, count(*), 0
from (
    select distinct v.shard, v.visitor_id
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = '' and {visit_filters}
) as all_visitors
