-- What people did on days that the rollups do not know, by day and by what their visit, or what they did, has.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 when each begins, rising, $6 values, or null for all,
-- $7 kinds of pageviews, $8 of custom events, $9 of clicks, $10 of leaves; $11 kinds that count.
select
    width_bucket(e.ts, $5::timestamptz[]) as number,
    {value} as value,
    count(*) filter (where e.kind = $7) as pageviews,
    count(*) filter (where e.kind = $8) as events,
    count(*) filter (where e.kind = $9) as clicks,
    coalesce(sum(e.engaged_ms) filter (where e.kind = $10), 0) as engaged_ms,
    count(*) filter (where e.kind = $10) as leaves,
    coalesce(sum(e.scroll) filter (where e.kind = $10), 0) as scroll
from events e
join visits v
    on v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
    and v.started_at = e.visit_started_at
where e.shard = any($1::smallint[]) and e.site_id = $2 and e.ts >= $3 and e.ts < $4
    and v.shard = any($1::smallint[]) and v.site_id = $2
    and v.started_at >= $3::timestamptz - interval '2 days' and v.started_at < $4::timestamptz + interval '1 hour'
    and v.bot_reason = '' and e.kind = any($11::smallint[]) and ($6::text[] is null or ({value}) = any($6))
group by 1, 2
