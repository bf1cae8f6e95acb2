-- name: add_accepted
-- $1: shard; $2 and $3: sites and how many of their beacons were read, each site once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into ingest_accepted (shard, site_id, beacons)
select o.shard, n.site_id, n.beacons
from ingest_offsets o
cross join unnest($2::int[], $3::bigint[]) as n (site_id, beacons)
where o.shard = $1
on conflict (shard, site_id) do update
set beacons = ingest_accepted.beacons + excluded.beacons

-- name: add_counts
-- $1: shard, $2: day; $3 to $5: sites, outcomes and how many beacons, each (site, outcome) once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into ingest_counts (shard, day, site_id, outcome, beacons)
select o.shard, $2, n.site_id, n.outcome, n.beacons
from ingest_offsets o
cross join unnest($3::int[], $4::text[], $5::bigint[]) as n (site_id, outcome, beacons)
where o.shard = $1
on conflict (shard, site_id, day, outcome) do update
set beacons = ingest_counts.beacons + excluded.beacons

-- name: add_dead_letters
-- $1: shard, $2: now; $3 to $7: one array a column.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into dead_letters (shard, failed_at, id, site_id, received_at, error, payload)
select o.shard, $2, n.id, n.site_id, n.received_at, n.error, n.payload
from ingest_offsets o
cross join unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::text[], $7::bytea[])
    as n (id, site_id, received_at, error, payload)
where o.shard = $1
on conflict do nothing

-- name: add_bot_candidates
-- $1: shard; $2 to $4: one array a column.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into bot_candidates (shard, site_id, visitor_id, started_at)
select o.shard, n.site_id, n.visitor_id, n.started_at
from ingest_offsets o
cross join unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where o.shard = $1
on conflict do nothing

-- name: advance_shard
-- $1: shard, $2: the last stream id that this transaction stores, $3: now, $4: how many beacons came onto the stream with
-- it, $5: the stream's own count.
update ingest_offsets
set last_id = $2, updated_at = $3, accepted = accepted + $4, stream_total = $5
where shard = $1

-- name: deleted_sites
-- Sites that were put up for deletion. Their numbers are never given again.
select site_id from site_deletions

-- name: drop_staged_events
drop table staged_events

-- name: drop_staged_rollup_deltas
drop table staged_rollup_deltas

-- name: drop_staged_visits
drop table staged_visits

-- name: ensure_partitions
-- $1: days. The partitions of their months exist afterwards.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: erasures_since
-- Erasures that may concern events as old as $2. $1 shard.
select site_id, visitor_id, until from visitor_erasures where shard = $1 and until >= $2

-- name: site_policies
-- What the ingest must know of every site. Its overrides as arrays of the same length, and nothing where it has none.
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
-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into events select * from staged_events returning shard

-- name: store_staged_rollup_deltas
-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into rollup_deltas select * from staged_rollup_deltas returning shard

-- name: store_staged_visits
-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into visits select * from staged_visits returning shard

-- name: stored_already
-- $1 to $3: sites, times and ids of events that may be stored already, in pairs.
select e.id
from unnest($1::int[], $2::timestamptz[], $3::uuid[]) as wanted (site_id, ts, id)
join events e on e.site_id = wanted.site_id and e.ts = wanted.ts and e.id = wanted.id
where e.ts >= $4
    and e.ts <= $5

-- name: update_visits
-- $1: shard; $2 to $9: one array a column; $10 and $11: the earliest and the latest start among them.
update visits v
set ended_at = c.ended_at,
    pageviews = c.pageviews,
    events = c.events,
    engaged_ms = c.engaged_ms,
    exit_page = c.exit_page
from unnest(
    $2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::int[], $8::bigint[], $9::text[]
) as c (site_id, visitor_id, started_at, ended_at, pageviews, events, engaged_ms, exit_page)
where v.shard = $1
    and v.site_id = c.site_id
    and v.visitor_id = c.visitor_id
    and v.started_at = c.started_at
    and v.started_at >= $10
    and v.started_at <= $11

-- name: upsert_visitors
-- $1: shard; $2 to $5: one array a column, each visitor once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
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
-- $1: shard, $2 and $3: sites and visitors, in pairs, $4: no start before, $5: no start after, $6: no end before.
select
    v.site_id, v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, v.exit_page, v.bot_reason,
    ${opening_columns}
from unnest($2::int[], $3::uuid[]) as wanted (site_id, visitor_id)
join visits v
    on v.shard = $1
    and v.site_id = wanted.site_id
    and v.visitor_id = wanted.visitor_id
where v.started_at >= $4
    and v.started_at <= $5
    and v.ended_at >= $6
