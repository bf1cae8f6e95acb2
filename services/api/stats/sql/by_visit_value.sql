-- A site's numbers by something that a visit has: the country, the browser.
-- $1 site, $2 begin of the span, $3 its end, $4 what values hold, or '', $5 rows wanted, $6 rows before them.
-- $7 kind of a pageview, $8 of a custom event, $9 of a click.
-- An event may lie in the span though its visit began a day before, or begins half an hour later.
with chosen as (
    select
        v.shard, v.visitor_id, v.started_at, v.ended_at - v.started_at as duration,
        v.pageviews <= 1 and v.events = 0 as bounced, {value} as value
    from visits v
    where v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day'
        and v.started_at < $3::timestamptz + interval '1 hour'
        and v.bot_reason = '' and {visit_filters}
),
visited as (
    select
        value,
        count(distinct visitor_id) as visitors,
        count(*) as visits,
        count(*) filter (where bounced) as bounces,
        (extract(epoch from sum(duration)) * 1000)::bigint as duration_ms
    from chosen
    where started_at >= $2 and started_at < $3 and strpos(lower(value), lower($4::text)) > 0
    group by value
),
happened as (
    select
        c.value,
        count(*) filter (where e.kind = $7) as pageviews,
        count(*) filter (where e.kind = $8) as events,
        count(*) filter (where e.kind = $9) as clicks
    from events e
    join chosen c on c.shard = e.shard and c.visitor_id = e.visitor_id and c.started_at = e.visit_started_at
    where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.kind in ($7, $8, $9)
        and strpos(lower(c.value), lower($4::text)) > 0 and {narrowed}
    group by c.value
),
{page}
