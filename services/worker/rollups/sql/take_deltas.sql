-- $1 site, $2 how many at most. The oldest of the site, which are gone from the table with this.
delete from rollup_deltas
where site_id = $1
    and (shard, id) in (select shard, id from rollup_deltas where site_id = $1 order by id limit $2)
returning
    dimension, day, "values",
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, visitors
