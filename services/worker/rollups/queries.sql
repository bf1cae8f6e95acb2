-- name: add_rollups
-- One array a column. Counts are added; the sketch, where one is given, has all that the stored one had.
insert into rollups (
    site_id, grain, dimension, bucket, value,
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, uniques, visitors
)
select *
from unnest(
    $1::int[], $2::smallint[], $3::smallint[], $4::date[], $5::text[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::int[], $16::bytea[]
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

-- name: clean_days
-- Takes marks away, unless the day was put in doubt again since they were seen. $1 shard, $2 site; $3 to $5, one array a
-- column: days, exits only, and how often they were marked.
delete from stale_days d
using unnest($3::date[], $4::boolean[], $5::int[]) as seen (day, exits_only, marks)
where d.shard = $1
    and d.site_id = $2
    and d.day = seen.day
    and d.exits_only = seen.exits_only
    and d.marks = seen.marks

-- name: delete_buckets
-- $1 site, $2 grain, $3 bucket, $4 dimensions.
delete from rollups where site_id = $1 and grain = $2 and bucket = $3 and dimension = any($4::smallint[])

-- name: deltas_of_day
-- The deltas that a shard's raw rows of a day tell, too. $1 shard, $2 site, $3 day.
select distinct id from rollup_deltas where shard = $1 and site_id = $2 and day = $3

-- name: dirty_days
-- Days to be made anew, and since when nothing marked them any more.
select d.site_id, s.timezone, d.day, d.exits_only, max(d.marked_at) as marked_at
from stale_days d
join sites s on s.id = d.site_id
group by d.site_id, s.timezone, d.day, d.exits_only
order by d.site_id, d.day, d.exits_only

-- name: drop_deltas
-- What the raw rows of a day say, its deltas need not say again. $1 shard, $2 site, $3 day, $4 ids of the deltas.
delete from rollup_deltas where shard = $1 and site_id = $2 and day = $3 and id = any($4::uuid[])

-- name: join_by_key
-- Until the transaction ends: a few rows of a large table are looked up, whatever the planner takes an array for. The first
-- setting has the others told to the servers of a distributed database, and means nothing elsewhere.
set local citus.propagate_set_commands = 'local';
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_seqscan = off;

-- name: marks
-- How often days were put in doubt. $1 site, $2 days.
select shard, day, exits_only, marks from stale_days where site_id = $1 and day = any($2::date[])

-- name: not_for_long
-- Whoever waits makes others wait, who come after. Until the transaction ends.
set local lock_timeout = '3s'

-- name: of_days
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

-- name: raise_version
-- $1: site. Answers about days that are over, remembered before, hold no longer.
insert into rollup_state (site_id, version) values ($1, 1)
on conflict (site_id) do update set version = rollup_state.version + 1

-- name: raw_events
-- People's events that may have a part in a day: theirs, or those of visits that began on it.
-- $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, visit_started_at, ts, kind, path, name, engaged_ms, scroll
from events
where shard = $1 and site_id = $2 and not is_bot
    and ts >= $3::timestamptz - ${before_visit} and ts < $4::timestamptz + ${visit_reach}
    and (ts >= $3 or visit_started_at >= $3) and (ts < $4 or visit_started_at < $4)

-- name: raw_exits
-- People's visits of a day, for their last pages. $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, started_at, ended_at, pageviews, events, exit_page
from visits
where shard = $1 and site_id = $2 and bot_reason = '' and started_at >= $3 and started_at < $4

-- name: raw_visits
-- People's visits that may have had a part in a day. $1 shard, $2 site, $3 begin of the day, $4 its end.
select
    v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events,
    ${opening_columns}
from visits v
where shard = $1 and site_id = $2 and bot_reason = ''
    and started_at >= $3::timestamptz - ${longest_visit} and started_at < $4::timestamptz + ${before_visit}
    and ended_at >= $3

-- name: site_timezone
-- $1: site.
select timezone from sites where id = $1

-- name: sites_with_deltas
-- How many deltas of each site wait to be put together, and the id of the oldest.
select site_id, count(*) as deltas, min(id::text) as oldest from rollup_deltas group by site_id

-- name: sketches
-- $1 site; $2 to $5: grains, dimensions, buckets and values, together.
select r.grain, r.dimension, r.bucket, r.value, r.visitors
from unnest($2::smallint[], $3::smallint[], $4::date[], $5::text[]) as wanted (grain, dimension, bucket, value)
join rollups r
    on r.site_id = $1
    and r.grain = wanted.grain
    and r.dimension = wanted.dimension
    and r.bucket = wanted.bucket
    and r.value = wanted.value collate "C"
where r.visitors is not null

-- name: take_deltas
-- Deltas, which are gone from the table with this. $1 shard, $2 site, $3 ids.
delete from rollup_deltas
where shard = $1 and site_id = $2 and id = any($3::uuid[])
returning
    dimension, day, "values",
    visits, bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll, visitors

-- name: try_lock_site
-- $1: site. Whether this session has the site's rollups to itself now; 1 stands for rollups.
select pg_try_advisory_lock(1, $1)

-- name: unlock_site
-- $1: site.
select pg_advisory_unlock(1, $1)

-- name: wait_for_readers
-- Nobody reads rollups and deltas of the site until this transaction is over, on all servers. $1 site.
select pg_advisory_xact_lock(2, $1)

-- name: waiting_deltas
-- The oldest deltas of a site. $1 site, $2 how many at most.
select shard, id
from (select distinct shard, id from rollup_deltas where site_id = $1) as waiting
order by id
limit $2
