-- $1: site.
select
    bucket, dimension, grain, value, uniques,
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
from rollups
where site_id = $1
