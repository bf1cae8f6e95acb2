-- What happened in visits, where a filter does not want all of it.
-- An event may lie in the span though its visit began a day before, or begins half an hour later.
select {value} as value,
    count(*) filter (where e.kind = $8) as pageviews,
    count(*) filter (where e.kind = $9) as events,
    count(*) filter (where e.kind = $10) as clicks,
    0 as engaged_ms, 0 as leaves, 0 as scroll
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind in ($8, $9, $10)
    and {narrowed}
    and v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day'
    and v.started_at < $3::timestamptz + interval '1 hour' and v.shard = any($4::smallint[])
    and v.bot_reason = '' and {visit_filters}
group by 1
