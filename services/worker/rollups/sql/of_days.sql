-- What the days of a span say together, each value once. $1 site, $2 dimension, $3 first day, $4 last day.
select
    value,
    sum(visits)::bigint, sum(bounces)::bigint, sum(duration_ms)::bigint,
    sum(pageviews)::bigint, sum(events)::bigint, sum(clicks)::bigint,
    sum(engaged_ms)::bigint, sum(leaves)::bigint, sum(scroll)::bigint,
    array_agg(visitors) filter (where visitors is not null)
from rollups
where site_id = $1 and grain = 1 and dimension = $2 and bucket between $3 and $4
group by value
