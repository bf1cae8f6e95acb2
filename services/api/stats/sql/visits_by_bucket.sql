-- People's visits that began in a span of time, by bucket, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 where each bucket begins, rising; the first with the span.
-- Visitors first, then their sum: two hash aggregates, which run in parallel, in place of count(distinct).
select
    bucket,
    count(*) as visitors,
    sum(visits)::bigint as visits,
    sum(bounces)::bigint as bounces,
    sum(seconds)::float8 as seconds
from (
    select
        width_bucket(started_at, $4::timestamptz[]) as bucket,
        count(*) as visits,
        count(*) filter (where pageviews <= 1 and events = 0) as bounces,
        extract(epoch from sum(ended_at - started_at)) as seconds
    from visits
    where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = ''
    group by bucket, shard, visitor_id
) as by_visitor
group by bucket
