-- Values in order, each with how many there are; one row of nulls where none is wanted. The arguments of counted, and: $10 what values hold, or '', $11 rows
-- wanted, $12 rows before them. $13 to $23: values of raw days and what was counted of them.
with counted as (
    {counted}
    union all
    select
        0, value, visitors, visitors, 0, visitors, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms,
        leaves, scroll
    from unnest(
        $13::text[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[],
        $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[]
    ) as raw (
        value, visitors, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
    )
),
summed as (
    select
        value, sum(bound)::bigint as bound, max(least)::bigint as least, sum(sketches)::int as sketches,
        sum(hashes)::bigint as hashes,
        sum(visits)::bigint as visits, sum(bounces)::bigint as bounces, sum(duration_ms)::bigint as duration_ms,
        sum(pageviews)::bigint as pageviews, sum(events)::bigint as events, sum(clicks)::bigint as clicks,
        sum(engaged_ms)::bigint as engaged_ms, sum(leaves)::bigint as leaves, sum(scroll)::bigint as scroll
    from counted
    group by value
),
matching as (
    select
        *, visits as entries,
        coalesce(pageviews::float8 / nullif(visits, 0), 0) as views_per_visit,
        coalesce(bounces::float8 / nullif(visits, 0), 0) as bounce_rate,
        coalesce(duration_ms::float8 / nullif(visits, 0), 0) as visit_duration,
        coalesce(engaged_ms::float8 / nullif(pageviews, 0), 0) as time_on_page,
        coalesce(scroll::float8 / nullif(leaves, 0), 0) as scroll_depth
    from summed
    where (bound > 0 or visits > 0 or pageviews > 0 or events > 0 or clicks > 0)
        and ($10::text = '' or strpos(lower(value), lower($10::text)) > 0)
),
wanted as (
    select *
    from matching
    order by {order} {direction}, value collate "C"
    limit $11::bigint offset $12::bigint
)
select
    total.count as total, value, bound, least, sketches, hashes, visits, bounces, duration_ms, pageviews, events,
    clicks, engaged_ms, leaves, scroll
from (select count(*) as count from matching) as total
left join wanted on true
order by {order} {direction}, value collate "C"
