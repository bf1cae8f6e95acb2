-- name: add_event
insert into events (
    ts, visit_started_at, id, visitor_id, site_id, shard, kind, is_bot, engaged_ms, scroll, hostname, path, name
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 'example.com', '/', '')

-- name: add_visitor
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit) values ($1, $2, $3, $4, $4)
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)

-- name: ensure_partitions
select ensure_partition('visits', $1), ensure_partition('events', $1)

-- name: make_site_admin
insert into site_members (site_id, user_id) select id, $2 from sites where name = $1
