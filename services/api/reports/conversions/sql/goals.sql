-- How many visitors reached each goal in visits that began in the span, and how often goals were reached in the span.
-- Goal 0: all visitors.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kinds of events that can be goals.
-- Visitors are counted by shard: no visitor is in two, and the shards of a distributed store count at once.
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
            and e.ts >= $2::timestamptz - interval '1 hour' and e.ts < $3::timestamptz + interval '25 hours'
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
