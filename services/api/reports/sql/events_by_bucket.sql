-- What people did in a span of time, by bucket, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 where each bucket begins, rising; the first with the span.
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
