-- People's visits that began in a span of time, by bucket, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 where each bucket begins, rising; the first with the span.
-- Not grouped by shard: that makes the planner walk the primary key, which is four times as slow as reading the span.
select
    width_bucket(started_at, $4::timestamptz[]) as bucket,
    count(distinct visitor_id) as visitors,
    count(*) as visits,
    count(*) filter (where pageviews <= 1 and events = 0) as bounces,
    (extract(epoch from sum(ended_at - started_at)) * 1000)::bigint as duration_ms
from visits v
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = '' and {visit_filters}
group by bucket
