-- name: add_events
-- Adds the events that are not there yet and lie within a visit that is.
-- $1 shard, $2 site; $3 to $14: one array a column; $15 and $16: the earliest and the latest start of their visits.
-- Gives how many lie within a visit, and when those happened that were added.
with given as (
    select *
    from unnest(
        $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::smallint[], $8::boolean[], $9::int[],
        $10::smallint[], $11::text[], $12::text[], $13::text[], $14::jsonb[]
    ) as n (
        visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props
    )
),
placed as (
    select g.*
    from given g
    join visits v
        on v.shard = $1
        and v.site_id = $2
        and v.visitor_id = g.visitor_id
        and v.started_at = g.visit_started_at
    where v.started_at >= $15
      and v.started_at <= $16
      and g.ts <= v.ended_at
),
added as (
    insert into events (
        shard, site_id, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name,
        props
    )
    select
        $1, $2, visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props
    from placed
    on conflict (shard, site_id, ts, id) do nothing
    returning ts
)
select (select count(*) from placed) as placed, array(select ts from added) as added

-- name: add_visitors
-- $1 shard, $2 site; $3 to $5: one array a column, each visitor once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
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
-- Adds visits, and brings those that are known up to date where the file knows more of them: a visit only grows.
-- $1 shard, $2 site; $3 and on: one array for each of the columns, each visit once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
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

-- name: ensure_partitions
-- $1: days. The partitions of their months exist afterwards.
select ensure_partition(parent, day)
from unnest($1::date[]) as day, unnest(array['visits', 'events']) as parent
order by parent, day

-- name: erasures
-- Until when nothing of these visitors may be stored. $1 shard, $2 site, $3 visitors.
select visitor_id, until
from visitor_erasures
where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])

-- name: export_count_events
-- Events of visits that began in a span. $1 shards, $2 site, $3 and $4: visits that began from, and before;
-- $5 and $6: what lies outside of this cannot be theirs.
select count(*)
from events
where shard = any($1::smallint[])
  and site_id = $2
  and visit_started_at >= $3
  and visit_started_at < $4
  and ts >= $5
  and ts <= $6

-- name: export_events
-- A shard's events in the order of time, as transfers/rows.py has them. $1 shard, $2 site, $3 and $4: of visits that
-- began from, and before; $5 and $6: what lies outside of this cannot be theirs.
select visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props::text
from events
where shard = $1
  and site_id = $2
  and visit_started_at >= $3
  and visit_started_at < $4
  and ts >= $5
  and ts <= $6
order by ts

-- name: export_span
-- How much there is of a site, and from when to when. $1 shards, $2 site, $3 and $4: visits that began from, and before.
select count(*) as visits, min(started_at) as first, max(started_at) as last
from visits
where shard = any($1::smallint[])
  and site_id = $2
  and started_at >= $3
  and started_at < $4

-- name: export_visits
-- A shard's visits in the order of time, as transfers/rows.py has them. $1 shard, $2 site, $3 and $4: from, and before.
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

-- name: raise_version
-- Something about days that are over has changed. $1 site.
insert into rollup_state (site_id, version) values ($1, 1)
on conflict (site_id) do update set version = rollup_state.version + 1

-- name: share_site
-- The site cannot be deleted until this transaction ends; no row when it is being deleted already. $1 site.
select id from sites where id = $1 and deleted_at is null for share
