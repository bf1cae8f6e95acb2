-- name: checkpoint
checkpoint

-- name: do_not_wait_for_the_disk
-- For this session: rows that a crash would take with it can be made again.
set synchronous_commit = off

-- name: ensure_partitions
-- $1: days. The partitions of their months exist afterwards.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: has_visits
-- $1: a site's number.
select exists (select 1 from visits where site_id = $1)

-- name: mark_days
-- $1: site, $2: first day, $3: last day. Nothing of these days is in the rollups yet, exit pages neither.
insert into stale_days (shard, site_id, day, exits_only, marked_at)
select 0, $1, day::date, exits_only, now()
from generate_series($2::date, $3::date, interval '1 day') as day, unnest(array[false, true]) as exits_only
on conflict do nothing

-- name: rollups_of
-- $1: site.
select
    bucket, dimension, grain, value, uniques,
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll
from rollups
where site_id = $1

-- name: site
-- $1: name. A site that is there and not being deleted.
select id, timezone
from sites
where name = $1 and deleted_at is null

-- name: sizes
-- Every table that holds the sites' data, with its indexes, over all partitions.
select
    name,
    (
        pg_total_relation_size(name::regclass)
        + coalesce((select sum(pg_total_relation_size(relid)) from pg_partition_tree(name::regclass) where isleaf), 0)
    )::bigint as bytes
from unnest(array['visitors', 'visits', 'events', 'rollup_deltas', 'rollups']) as name

-- name: vacuum_events
vacuum (analyze) events

-- name: vacuum_rollups
vacuum (analyze) rollups, rollup_deltas, stale_days

-- name: vacuum_visitors
vacuum (analyze) visitors

-- name: vacuum_visits
vacuum (analyze) visits
