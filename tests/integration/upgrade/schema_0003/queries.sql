-- name: add_counts
-- $1: shard, $2: day; $3 to $5: sites, outcomes and how many beacons, each (site, outcome) once.
insert into ingest_counts (shard, day, site_id, outcome, beacons)
select $1, $2, site_id, outcome, beacons
from unnest($3::int[], $4::text[], $5::bigint[]) as n (site_id, outcome, beacons)
on conflict (shard, site_id, day, outcome) do update
set beacons = ingest_counts.beacons + excluded.beacons

-- name: add_dead_letters
-- $1: shard, $2: now; $3 to $7: one array a column.
insert into dead_letters (shard, failed_at, id, site_id, received_at, error, payload)
select $1, $2, id, site_id, received_at, error, payload
from unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::text[], $7::bytea[])
    as n (id, site_id, received_at, error, payload)
on conflict do nothing

-- name: advance_shard
-- $1: shard, $2: the last stream id that this transaction stores, $3: now.
update ingest_offsets set last_id = $2, updated_at = $3 where shard = $1

-- name: ensure_partitions
-- $1: days. The partitions of their months exist afterwards.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: erasures_since
-- Erasures that may concern events as old as $2. $1 shard.
select site_id, visitor_id, until from visitor_erasures where shard = $1 and until >= $2

-- name: lock_shard
-- $1: shard. The id up to which its stream is stored; no row when another worker has the shard.
select last_id from ingest_offsets where shard = $1 for update skip locked

-- name: site_policies
-- What the ingest must know of every site.
select id, bot_policy, timezone from sites

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
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit)
select $1, site_id, visitor_id, first_visit, last_visit
from unnest($2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    as n (site_id, visitor_id, first_visit, last_visit)
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)

-- name: visits_in_reach
-- $1: shard, $2 and $3: sites and visitors, in pairs, $4: no start before, $5: no start after, $6: no end before.
select
    v.site_id, v.visitor_id, v.started_at, v.ended_at, v.pageviews, v.events, v.engaged_ms, v.exit_page, v.bot_reason,
    v.entry_page, v.hostname, v.referrer, v.source, v.channel,
    v.utm_source, v.utm_medium, v.utm_campaign, v.utm_term, v.utm_content,
    v.country, v.region, v.city, v.browser, v.browser_version, v.os, v.os_version,
    v.device, v.screen, v.language
from unnest($2::int[], $3::uuid[]) as wanted (site_id, visitor_id)
join visits v
    on v.shard = $1
    and v.site_id = wanted.site_id
    and v.visitor_id = wanted.visitor_id
where v.started_at >= $4
    and v.started_at <= $5
    and v.ended_at >= $6
