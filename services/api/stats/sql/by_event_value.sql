-- A site's numbers by something that pageviews, events or clicks have: the page, the event's name.
-- $1 site, $2 begin of the span, $3 its end, $4 what values hold, or '', $5 rows wanted, $6 rows before them.
-- $7 kind of a pageview, $8 of a custom event, $9 of a click.
-- An event may lie in the span though its visit began a day before, or begins half an hour later; a visit that began
-- in the span has a value also when it came by it later.
with chosen as (
    select
        v.shard, v.visitor_id, v.started_at, v.ended_at - v.started_at as duration,
        v.pageviews <= 1 and v.events = 0 as bounced
    from visits v
    where v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day'
        and v.started_at < $3::timestamptz + interval '1 hour'
        and v.bot_reason = '' and {visit_filters}
),
valued as (
    select e.shard, e.visitor_id, e.visit_started_at, e.ts, e.kind, {value} as value
    from events e
    where e.site_id = $1 and e.ts >= $2::timestamptz - interval '1 hour' and e.ts < $3::timestamptz + interval '1 day'
        and e.kind = any({kinds}::smallint[]) and {narrowed}
),
found as (
    select c.*, d.ts, d.kind, d.value
    from valued d
    join chosen c on c.shard = d.shard and c.visitor_id = d.visitor_id and c.started_at = d.visit_started_at
    where strpos(lower(d.value), lower($4::text)) > 0
),
visits_of_values as (
    select distinct value, visitor_id, started_at, duration, bounced
    from found
    where started_at >= $2 and started_at < $3
),
visited as (
    select
        value,
        count(distinct visitor_id) as visitors,
        count(*) as visits,
        count(*) filter (where bounced) as bounces,
        (extract(epoch from sum(duration)) * 1000)::bigint as duration_ms
    from visits_of_values
    group by value
),
happened as (
    select
        value,
        count(*) filter (where kind = $7) as pageviews,
        count(*) filter (where kind = $8) as events,
        count(*) filter (where kind = $9) as clicks
    from found
    where ts >= $2 and ts < $3
    group by value
),
{page}
