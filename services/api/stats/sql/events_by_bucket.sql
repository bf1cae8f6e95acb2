-- People's pageviews and custom events in a span of time, by bucket, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 where each bucket begins, rising; the first with the span.
-- $5 kind of a pageview, $6 kind of a custom event.
select
    width_bucket(ts, $4::timestamptz[]) as bucket,
    count(*) filter (where kind = $5) as pageviews,
    count(*) filter (where kind = $6) as events
from events e
where site_id = $1 and ts >= $2 and ts < $3 and not is_bot and kind in ($5, $6) and {event_filters}
group by bucket
