-- What happened in visits of which a filter chooses all or nothing. Their pageviews are those that the visits know, but
-- for those at the ends of the span; what was done in visits that began in the span is counted with them.
select value, sum(pageviews) as pageviews, sum(events) as events, sum(clicks) as clicks,
    0 as engaged_ms, 0 as leaves, 0 as scroll
from (
    select value, coalesce(pageviews, 0) as pageviews, coalesce(events, 0) as events, coalesce(clicks, 0) as clicks
    from visited
    union all
    select {value} as value,
        count(*) filter (where e.kind = $8) as pageviews,
        count(*) filter (where e.kind = $9 and (v.started_at < $2 or v.started_at >= $3)) as events,
        count(*) filter (where e.kind = $10 and (v.started_at < $2 or v.started_at >= $3)) as clicks
    from visits v
    join events e on e.shard = v.shard and e.visitor_id = v.visitor_id and e.visit_started_at = v.started_at
    where v.site_id = $1 and v.shard = any($4::smallint[])
        and (
            v.started_at >= $2::timestamptz - interval '1 day' and v.started_at < $2::timestamptz + interval '30 minutes'
            or v.started_at >= $3::timestamptz - interval '1 day' and v.started_at < $3::timestamptz + interval '1 hour'
        )
        and v.ended_at >= $2 and not ({inside})
        and v.bot_reason = '' and {visit_filters}
        and e.site_id = $1 and e.shard = any($4::smallint[])
        and e.ts >= $2 and e.ts < $3
        and (e.ts < $2::timestamptz + interval '25 hours' or e.ts >= $3::timestamptz - interval '25 hours')
        and e.kind in ($8, $9, $10)
    group by 1
) as parts
group by value
