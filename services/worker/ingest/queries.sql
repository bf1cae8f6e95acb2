-- name: add_accepted
-- Add to the number of beacons read. $1 shard; $2 and $3: sites and numbers of beacons, each site once.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into ingest_accepted (shard, site_id, beacons)
select o.shard, n.site_id, n.beacons
from ingest_offsets o
cross join unnest($2::int[], $3::bigint[]) as n (site_id, beacons)
where o.shard = $1
on conflict (shard, site_id) do update
set beacons = ingest_accepted.beacons + excluded.beacons

-- name: add_bot_candidates
-- Queue visits for the check of their behavior. $1 shard; $2 to $4: one array per column.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into bot_candidates (shard, site_id, visitor_id, started_at)
select o.shard, n.site_id, n.visitor_id, n.started_at
from ingest_offsets o
cross join unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where o.shard = $1
on conflict do nothing

-- name: add_counts
-- Add to the outcomes of beacons. $1 shard, $2 day; $3 to $5: sites, outcomes and numbers of beacons, each pair of site
-- and outcome once.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into ingest_counts (shard, day, site_id, outcome, beacons)
select o.shard, $2, n.site_id, n.outcome, n.beacons
from ingest_offsets o
cross join unnest($3::int[], $4::text[], $5::bigint[]) as n (site_id, outcome, beacons)
where o.shard = $1
on conflict (shard, site_id, day, outcome) do update
set beacons = ingest_counts.beacons + excluded.beacons

-- name: add_dead_letters
-- Store dead letters. Except the shard and failed_at, each parameter is an array with one value per letter.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into dead_letters (shard, failed_at, id, site_id, received_at, error, payload)
select o.shard, :failed_at, n.id, n.site_id, n.received_at, n.error, n.payload
from ingest_offsets o
cross join unnest(:ids::uuid[], :site_ids::int[], :received_at::timestamptz[], :errors::text[], :payloads::bytea[])
    as n (id, site_id, received_at, error, payload)
where o.shard = :shard
on conflict do nothing

-- name: advance_shard
-- Move the offset of a shard. $1 shard, $2: the last stream id that this transaction stores, $3: now, $4: number of beacons
-- that the stream accepted up to it, $5: the count that the stream itself keeps.
update ingest_offsets
set last_id = $2, updated_at = $3, accepted = accepted + $4, stream_total = $5
where shard = $1

-- name: deleted_sites
-- Sites that are deleted or are being deleted. Their ids are never reused.
select site_id from site_deletions

-- name: drop_staged_events
drop table staged_events

-- name: drop_staged_rollup_deltas
drop table staged_rollup_deltas

-- name: drop_staged_visits
drop table staged_visits

-- name: ensure_partitions
-- Create the missing partitions of the months of days. $1 days.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: erasures_since
-- Erasures that may apply to events since $2. $1 shard.
select site_id, visitor_id, until from visitor_erasures where shard = $1 and until >= $2

-- name: site_policies
-- The bot policies and time zones of all sites. Overrides are arrays of the same length, or null if there are none.
select
    s.id, s.bot_policy, s.timezone, b.rate_per_minute, b.paths_in_15_minutes, b.lifetime_paths, b.model,
    o.kinds, o."values", o.actions
from sites s
left join bot_settings b on b.site_id = s.id
left join (
    select
        site_id,
        array_agg(kind order by id) as kinds,
        array_agg(value order by id) as "values",
        array_agg(action order by id) as actions
    from bot_overrides
    group by site_id
) o on o.site_id = s.id

-- name: stage_events
create temporary table staged_events (like events) on commit drop

-- name: stage_rollup_deltas
create temporary table staged_rollup_deltas (like rollup_deltas) on commit drop

-- name: stage_visits
create temporary table staged_visits (like visits) on commit drop

-- name: store_staged_events
-- With `returning`, a distributed database reports the type of an error, which it does not for a COPY.
insert into events select * from staged_events returning shard

-- name: store_staged_rollup_deltas
-- With `returning`, a distributed database reports the type of an error, which it does not for a COPY.
insert into rollup_deltas select * from staged_rollup_deltas returning shard

-- name: store_staged_visits
-- With `returning`, a distributed database reports the type of an error, which it does not for a COPY.
insert into visits select * from staged_visits returning shard

-- name: stored_ids
-- The ids of events that are stored already. $1 to $3: sites, times and ids, one array per column; $4 and $5: earliest and
-- latest time.
select e.id
from unnest($1::int[], $2::timestamptz[], $3::uuid[]) as wanted (site_id, ts, id)
join events e on e.site_id = wanted.site_id and e.ts = wanted.ts and e.id = wanted.id
where e.ts >= $4
    and e.ts <= $5

-- name: update_visits
-- Update visits. The arrays have one value per visit; min_start and max_start limit the partitions to read.
update visits v
set ended_at = c.ended_at,
    pageviews = c.pageviews,
    events = c.events,
    engaged_ms = c.engaged_ms,
    exit_page = c.exit_page
from unnest(
    :site_ids::int[], :visitor_ids::uuid[], :starts::timestamptz[], :ends::timestamptz[],
    :pageviews::int[], :events::int[], :engaged_ms::bigint[], :exit_pages::text[]
) as c (site_id, visitor_id, started_at, ended_at, pageviews, events, engaged_ms, exit_page)
where v.shard = :shard
    and v.site_id = c.site_id
    and v.visitor_id = c.visitor_id
    and v.started_at = c.started_at
    and v.started_at >= :min_start
    and v.started_at <= :max_start

-- name: upsert_visitors
-- Add visitors, or extend the range of their visits. $1 shard; $2 to $5: one array per column, each visitor once.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit)
select o.shard, n.site_id, n.visitor_id, n.first_visit, n.last_visit
from ingest_offsets o
cross join unnest($2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    as n (site_id, visitor_id, first_visit, last_visit)
where o.shard = $1
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)

-- name: visits_in_reach
-- Stored visits that events could belong to. site_ids and visitor_ids: arrays, one pair per visitor.
select
    v.site_id, v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, v.exit_page, v.bot_reason,
    ${opening_columns}
from unnest(:site_ids::int[], :visitor_ids::uuid[]) as wanted (site_id, visitor_id)
join visits v
    on v.shard = :shard
    and v.site_id = wanted.site_id
    and v.visitor_id = wanted.visitor_id
where v.started_at >= :min_start
    and v.started_at <= :max_start
    and v.ended_at >= :min_end
