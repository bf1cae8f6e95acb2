insert into events (
    ts, visit_started_at, id, visitor_id, site_id, shard, kind, is_bot, engaged_ms, scroll, hostname, path, name
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 'example.com', '/', '')
