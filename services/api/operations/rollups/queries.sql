-- name: oldest_day
-- The oldest day with data, in UTC: it can differ by one day in the site's time zone. $1: site.
select least(
    (select min(started_at) from visits where site_id = $1),
    (select min(bucket)::timestamptz from rollups where site_id = $1 and grain = 1 and dimension = 0)
)::date

-- name: state
-- $1: site.
select
    (select count(distinct day) from stale_days where site_id = $1 and not exits_only) as days_to_rebuild,
    (select count(distinct day) from stale_days where site_id = $1 and exits_only) as days_with_open_exits,
    (select count(distinct (shard, id)) from rollup_deltas where site_id = $1) as batches_to_compact,
    (select min(marked_at) from stale_days where site_id = $1 and not exits_only) as oldest_stale_since
