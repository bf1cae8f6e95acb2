-- A site's numbers by something that a visit has: the country, the browser.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 what values hold, or '', $6 rows wanted, $7 rows before them,
-- $8 kind of a pageview, $9 of a custom event, $10 of a click.
with visited as (
    select
        value,
        count(*) as visitors,
        sum(visits) as visits,
        sum(bounces) as bounces,
        (extract(epoch from sum(duration)) * 1000)::bigint as duration_ms,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(clicks) as clicks
    from (
        select
            {value} as value,
            v.visitor_id,
            count(*)::integer as visits,
            (count(*) filter (where v.pageviews <= 1 and v.events = 0))::integer as bounces,
            sum(v.ended_at - v.started_at) as duration,
            (sum(v.pageviews) filter (where {inside}))::integer as pageviews,
            {done}
        from visits v
        {done_by_visit}
        where v.site_id = $1 and v.started_at >= $2 and v.started_at < $3 and v.shard = any($4::smallint[])
            and v.bot_reason = '' and {visit_filters}
        group by 1, v.visitor_id
    ) as of_visitors
    group by value
),
happened as (
    {happened}
),
entered as (
    select null::text as value, 0 as visits, 0 as bounces, 0 as duration_ms where false
),
{page}
