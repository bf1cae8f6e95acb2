-- People's visits that began in a span of time, by bucket, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 where each bucket begins, rising; the first with the span.
-- Visitors are told apart by a first grouping and counted by a second: a count(distinct …) sorts, these hash.
-- Not grouped by shard: that makes the planner walk the primary key, which is four times as slow as reading the span.
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
        (count(*) filter (where v.pageviews <= 1 and v.events = 0))::integer as bounces,
        sum(v.ended_at - v.started_at) as duration
    from visits v
    where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
        and v.bot_reason = '' and {visit_filters}
    group by bucket, v.visitor_id
) as of_visitors
group by bucket
