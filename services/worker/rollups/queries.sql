-- name: add_rollups
-- Each parameter is an array with the values of the column of that name. Counts are added. A sketch, where one is given,
-- already contains the stored one.
insert into rollups (
    site_id, grain, dimension, bucket, value,
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, uniques, visitors
)
select *
from unnest(
    :site_id::int[], :grain::smallint[], :dimension::smallint[], :bucket::date[], :value::text[],
    :visits::bigint[], :bounces::bigint[], :duration_ms::bigint[], :pageviews::bigint[], :events::bigint[],
    :clicks::bigint[], :engaged_ms::bigint[], :leaves::bigint[], :scroll::bigint[], :uniques::int[], :visitors::bytea[]
)
on conflict (site_id, grain, dimension, bucket, value) do update
set visits = rollups.visits + excluded.visits,
    bounces = rollups.bounces + excluded.bounces,
    duration_ms = rollups.duration_ms + excluded.duration_ms,
    pageviews = rollups.pageviews + excluded.pageviews,
    events = rollups.events + excluded.events,
    clicks = rollups.clicks + excluded.clicks,
    engaged_ms = rollups.engaged_ms + excluded.engaged_ms,
    leaves = rollups.leaves + excluded.leaves,
    scroll = rollups.scroll + excluded.scroll,
    uniques = case when excluded.visitors is null then rollups.uniques else excluded.uniques end,
    visitors = coalesce(excluded.visitors, rollups.visitors)

-- name: clear_marks
-- Clear marks of stale days, unless a day was marked again after its mark was read. $1 shard, $2 site; $3 to $5, one array
-- per column: days, exits only, and how often they were marked.
delete from stale_days d
using unnest($3::date[], $4::boolean[], $5::int[]) as seen (day, exits_only, marks)
where d.shard = $1
    and d.site_id = $2
    and d.day = seen.day
    and d.exits_only = seen.exits_only
    and d.marks = seen.marks

-- name: delete_buckets
-- Delete the rollups of a bucket. $1 site, $2 grain, $3 bucket, $4 dimensions.
delete from rollups where site_id = $1 and grain = $2 and bucket = $3 and dimension = any($4::smallint[])

-- name: delete_deltas
-- Delete deltas that were counted from the raw rows of the day. $1 shard, $2 site, $3 day, $4 ids of the deltas.
delete from rollup_deltas where shard = $1 and site_id = $2 and day = $3 and id = any($4::uuid[])

-- name: deltas_of_day
-- The deltas that the raw rows of a shard and day already contain. $1 shard, $2 site, $3 day.
select distinct id from rollup_deltas where shard = $1 and site_id = $2 and day = $3

-- name: force_index_joins
-- Until the transaction ends. Few rows of a large table are looked up, but the planner overestimates arrays. The first
-- setting passes the others to the servers of a distributed database, and has no effect elsewhere.
set local citus.propagate_set_commands = 'local';
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_seqscan = off;

-- name: limit_lock_wait
-- Until the transaction ends: a transaction that waits for a lock also blocks those that request it later.
set local lock_timeout = '3s'

-- name: marks
-- How often days were marked as stale. $1 site, $2 days.
select shard, day, exits_only, marks from stale_days where site_id = $1 and day = any($2::date[])

-- name: raise_version
-- Invalidate cached reports about past days. $1: site.
insert into rollup_state (site_id, version) values ($1, 1)
on conflict (site_id) do update set version = rollup_state.version + 1

-- name: raw_events
-- Human events that may count on a day: those of the day, and those of visits that began on it.
-- $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, visit_started_at, ts, kind, path, name, engaged_ms, scroll
from events
where shard = $1 and site_id = $2 and not is_bot
    and ts >= $3::timestamptz - ${before_visit} and ts < $4::timestamptz + ${visit_reach}
    and (ts >= $3 or visit_started_at >= $3) and (ts < $4 or visit_started_at < $4)

-- name: raw_exits
-- Human visits that began on a day, for their exit pages. $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, started_at, ended_at, pageviews, events, exit_page
from visits
where shard = $1 and site_id = $2 and bot_reason = '' and started_at >= $3 and started_at < $4

-- name: raw_visits
-- Human visits that may count on a day. $1 shard, $2 site, $3 begin of the day, $4 its end.
select
    v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events,
    ${opening_columns}
from visits v
where shard = $1 and site_id = $2 and bot_reason = ''
    and started_at >= $3::timestamptz - ${longest_visit} and started_at < $4::timestamptz + ${before_visit}
    and ended_at >= $3

-- name: site_timezone
-- The time zone of a site. $1: site.
select timezone from sites where id = $1

-- name: sites_with_deltas
-- The number of deltas of each site, and the id of the oldest.
select site_id, count(*) as deltas, min(id::text) as oldest from rollup_deltas group by site_id

-- name: sketches
-- Stored sketches. $1 site; $2 to $5: grains, dimensions, buckets and values, one array per column.
select r.grain, r.dimension, r.bucket, r.value, r.visitors
from unnest($2::smallint[], $3::smallint[], $4::date[], $5::text[]) as wanted (grain, dimension, bucket, value)
join rollups r
    on r.site_id = $1
    and r.grain = wanted.grain
    and r.dimension = wanted.dimension
    and r.bucket = wanted.bucket
    and r.value = wanted.value collate "C"
where r.visitors is not null

-- name: stale_days
-- Stale days, and when each was last marked.
select d.site_id, s.timezone, d.day, d.exits_only, max(d.marked_at) as marked_at
from stale_days d
join sites s on s.id = d.site_id
group by d.site_id, s.timezone, d.day, d.exits_only
order by d.site_id, d.day, d.exits_only

-- name: sum_of_days
-- The sums of the days of a range, each value once. $1 site, $2 dimension, $3 first day, $4 last day.
select
    value,
    sum(visits)::bigint, sum(bounces)::bigint, sum(duration_ms)::bigint,
    sum(pageviews)::bigint, sum(events)::bigint, sum(clicks)::bigint,
    sum(engaged_ms)::bigint, sum(leaves)::bigint, sum(scroll)::bigint,
    array_agg(visitors) filter (where visitors is not null)
from rollups
where site_id = $1 and grain = 1 and dimension = $2 and bucket between $3 and $4
group by value

-- name: take_deltas
-- Delete deltas and return them. $1 shard, $2 site, $3 ids.
delete from rollup_deltas
where shard = $1 and site_id = $2 and id = any($3::uuid[])
returning
    dimension, day, "values",
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, visitors

-- name: try_lock_site
-- Lock the site's rollups for this session; return whether it succeeded. $1: site. The 1 identifies locks of rollups.
select pg_try_advisory_lock(1, $1)

-- name: unlock_site
-- Unlock the site's rollups. $1: site.
select pg_advisory_unlock(1, $1)

-- name: wait_for_readers
-- Block reports of the site until this transaction has ended on all servers. $1 site.
select pg_advisory_xact_lock(2, $1)

-- name: waiting_deltas
-- The oldest deltas of a site. $1 site, $2 maximum number of ids.
select shard, id
from (select distinct shard, id from rollup_deltas where site_id = $1) as waiting
order by id
limit $2
