-- name: add_events
-- Adds new events that belong to a stored visit. Parameters: one array per column, and the start times of the first
-- and the last of their visits. Returns how many events belong to a visit, and the times of those that were added.
with given as (
    select *
    from unnest(
        :visitor_ids::uuid[], :visit_starts::timestamptz[], :times::timestamptz[], :ids::uuid[], :kinds::smallint[],
        :are_bots::boolean[], :engaged_ms::int[], :scroll::smallint[], :hostnames::text[], :paths::text[],
        :names::text[], :props::jsonb[]
    ) as n (
        visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props
    )
),
matched as (
    select g.*
    from given g
    join visits v
        on v.shard = :shard
        and v.site_id = :site_id
        and v.visitor_id = g.visitor_id
        and v.started_at = g.visit_started_at
    where v.started_at >= :first_start
      and v.started_at <= :last_start
      and g.ts <= v.ended_at
),
added as (
    insert into events (
        shard, site_id, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name,
        props
    )
    select
        :shard, :site_id, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name,
        props
    from matched
    on conflict (shard, site_id, ts, id) do nothing
    returning ts
)
select (select count(*) from matched) as matched, array(select ts from added) as added

-- name: add_visitors
-- $1 shard, $2 site; $3 to $5: one array per column, each visitor once.
-- Joined with the shard's own row, so that a distributed database runs the statement on the server of the shard.
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit)
select o.shard, $2, n.visitor_id, n.first_visit, n.last_visit
from ingest_offsets o
cross join unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as n (visitor_id, first_visit, last_visit)
where o.shard = $1
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)
where excluded.first_visit < visitors.first_visit or excluded.last_visit > visitors.last_visit

-- name: add_visits
-- Adds visits, and updates those of which the file has later events: a visit only grows.
-- $1 shard, $2 site; from $3: one array per column, each visit once.
-- Joined with the shard's own row, so that a distributed database runs the statement on the server of the shard.
insert into visits (shard, site_id, bot_verdict, {columns})
select o.shard, $2, case when bot_reason = 'manual' then '' else bot_reason end, {columns}
from ingest_offsets o
cross join unnest({arrays}) as n ({columns})
where o.shard = $1
on conflict (shard, site_id, visitor_id, started_at) do update
set ended_at = excluded.ended_at,
    pageviews = excluded.pageviews,
    events = excluded.events,
    engaged_ms = excluded.engaged_ms,
    exit_page = excluded.exit_page
where excluded.ended_at >= visits.ended_at
  and excluded.pageviews >= visits.pageviews
  and excluded.events >= visits.events
  and excluded.engaged_ms >= visits.engaged_ms
  and (excluded.ended_at, excluded.pageviews, excluded.events, excluded.engaged_ms)
      <> (visits.ended_at, visits.pageviews, visits.events, visits.engaged_ms)
returning started_at

-- name: count_events
-- Counts the events of visits that started from :begin until before :end. Their events are between :earliest and
-- :latest, so that other partitions are not read.
select count(*)
from events
where shard = any(:shards::smallint[])
  and site_id = :site_id
  and visit_started_at >= :begin
  and visit_started_at < :end
  and ts >= :earliest
  and ts <= :latest

-- name: count_visits
-- Counts the visits of a site, with the first and the last start.
-- $1 shards, $2 site, $3 and $4: started from, and before.
select count(*) as visits, min(started_at) as first, max(started_at) as last
from visits
where shard = any($1::smallint[])
  and site_id = $2
  and started_at >= $3
  and started_at < $4

-- name: ensure_partitions
-- Creates the partitions for the months of $1, an array of days.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: erased_until
-- For erased visitors: the time until which none of their rows may be stored. $1 shard, $2 site, $3 visitors.
select visitor_id, until
from visitor_erasures
where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])

-- name: increment_rollup_version
-- Call when data of past days has changed. $1 site.
insert into rollup_state (site_id, version) values ($1, 1)
on conflict (site_id) do update set version = rollup_state.version + 1

-- name: lock_site
-- Prevents deletion of the site until the transaction ends; no row if it is being deleted. $1 site.
select id from sites where id = $1 and deleted_at is null for share

-- name: select_events
-- Events of one shard in order of time, with the columns of file_format.py. For visits that started from :begin until
-- before :end. Their events are between :earliest and :latest, so that other partitions are not read.
select visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props::text
from events
where shard = :shard
  and site_id = :site_id
  and visit_started_at >= :begin
  and visit_started_at < :end
  and ts >= :earliest
  and ts <= :latest
order by ts

-- name: select_visits
-- Visits of one shard in order of time, with the columns of file_format.py. $1 shard, $2 site, $3 and $4: started from,
-- and before.
select
    v.visitor_id,
    v.started_at,
    v.ended_at,
    least(p.first_visit, v.started_at) as first_visit,
    greatest(p.last_visit, v.started_at) as last_visit,
    v.pageviews, v.events, v.engaged_ms, v.screen_width, v.bot_reason, v.network, v.user_agent,
    ${dimension_columns}
from visits v
left join visitors p on p.shard = v.shard and p.site_id = v.site_id and p.visitor_id = v.visitor_id
where v.shard = $1
  and v.site_id = $2
  and v.started_at >= $3
  and v.started_at < $4
order by v.started_at
