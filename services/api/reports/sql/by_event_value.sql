-- A site's numbers by something that pageviews, events or clicks have: the page, the event's name.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 what values hold, or '', $6 rows wanted, $7 rows before them,
-- $8 kind of a pageview, $9 of a custom event, $10 of a click, $11 of a leave.
-- An event may lie in the span though its visit began a day before, or begins half an hour later; a visit that began
-- in the span has a value also when it came by it later.
with of_values as (
    select
        value,
        count(*) filter (where came) as visitors,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(clicks) as clicks,
        sum(engaged_ms)::bigint as engaged_ms,
        sum(leaves) as leaves,
        sum(scroll) as scroll
    from (
        select
            {value} as value,
            e.visitor_id,
            bool_or(e.visit_started_at >= $2 and e.visit_started_at < $3 and e.kind <> $11) as came,
            (count(*) filter (where e.kind = $8 and e.ts >= $2 and e.ts < $3))::integer as pageviews,
            (count(*) filter (where e.kind = $9 and e.ts >= $2 and e.ts < $3))::integer as events,
            (count(*) filter (where e.kind = $10 and e.ts >= $2 and e.ts < $3))::integer as clicks,
            sum(e.engaged_ms) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3) as engaged_ms,
            (count(*) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3))::integer as leaves,
            sum(e.scroll) filter (where e.kind = $11 and e.ts >= $2 and e.ts < $3) as scroll
        from events e
        join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
        where e.site_id = $1 and e.ts >= $2::timestamptz - interval '1 hour'
            and e.ts < $3::timestamptz + interval '1 day' and e.shard = any($4::smallint[])
            and e.kind = any({kinds}::smallint[]) and {narrowed}
            and v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day'
            and v.started_at < $3::timestamptz + interval '1 hour' and v.shard = any($4::smallint[])
            and v.bot_reason = '' and {visit_filters}
        group by 1, e.visitor_id
    ) as of_visitors
    where value is not null
    group by value
),
visited as (
    select value, visitors, 0 as visits, 0 as bounces, 0 as duration_ms from of_values where visitors > 0
),
happened as (
    select value, pageviews, events, clicks, coalesce(engaged_ms, 0) as engaged_ms, leaves, coalesce(scroll, 0) as scroll
    from of_values
    where pageviews + events + clicks + leaves > 0
),
entered as (
    {entered}
),
{page}
