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
