-- The rows wanted of all values, each with how many values there are; one row of nulls where none is wanted.
counted as (
    select
        value collate "C" as value,
        coalesce(visitors, 0) as visitors,
        coalesce(visits, 0) as visits,
        coalesce(bounces, 0) as bounces,
        coalesce(duration_ms, 0) as duration_ms,
        coalesce(pageviews, 0) as pageviews,
        coalesce(events, 0) as events,
        coalesce(clicks, 0) as clicks,
        coalesce(pageviews::float8 / visits, 0) as views_per_visit,
        coalesce(bounces::float8 / visits, 0) as bounce_rate,
        coalesce(duration_ms::float8 / visits, 0) as visit_duration
    from visited
    full join happened using (value)
),
wanted as (
    select *
    from counted
    order by {order} {direction}, value
    limit $5::bigint offset $6::bigint
)
select total.count as total, value, visitors, visits, bounces, duration_ms, pageviews, events, clicks
from (select count(*) as count from counted) as total
left join wanted on true
order by {order} {direction}, value
