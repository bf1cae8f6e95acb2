-- The rows wanted of all values, each with how many values there are; one row of nulls where none is wanted.
counted as (
    select
        value collate "C" as value,
        coalesce(visited.visitors, 0) as visitors,
        coalesce(visited.visits, 0) + coalesce(entered.visits, 0) as visits,
        coalesce(visited.bounces, 0) + coalesce(entered.bounces, 0) as bounces,
        coalesce(visited.duration_ms, 0) + coalesce(entered.duration_ms, 0) as duration_ms,
        coalesce(happened.pageviews, 0) as pageviews,
        coalesce(happened.events, 0) as events,
        coalesce(happened.clicks, 0) as clicks,
        coalesce(happened.engaged_ms, 0) as engaged_ms,
        coalesce(happened.leaves, 0) as leaves,
        coalesce(happened.scroll, 0) as scroll
    from visited
    full join happened using (value)
    left join entered using (value)
    where strpos(lower(value), lower($5::text)) > 0
),
rated as (
    select
        *,
        visits as entries,
        coalesce(pageviews::float8 / nullif(visits, 0), 0) as views_per_visit,
        coalesce(bounces::float8 / nullif(visits, 0), 0) as bounce_rate,
        coalesce(duration_ms::float8 / nullif(visits, 0), 0) as visit_duration,
        coalesce(engaged_ms::float8 / nullif(pageviews, 0), 0) as time_on_page,
        coalesce(scroll::float8 / nullif(leaves, 0), 0) as scroll_depth
    from counted
),
wanted as (
    select *
    from rated
    order by {order} {direction}, value
    limit $6::bigint offset $7::bigint
)
select
    total.count as total, value, visitors, visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
from (select count(*) as count from counted) as total
left join wanted on true
order by {order} {direction}, value
