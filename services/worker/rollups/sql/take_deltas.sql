-- Deltas, which are gone from the table with this. $1 shard, $2 site, $3 ids.
delete from rollup_deltas
where shard = $1 and site_id = $2 and id = any($3::uuid[])
returning
    dimension, day, "values",
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, visitors
