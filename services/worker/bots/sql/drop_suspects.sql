-- $1 shard; $2 to $4: one array a column.
delete from bot_suspects b
using unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where b.shard = $1 and b.site_id = n.site_id and b.visitor_id = n.visitor_id and b.started_at = n.started_at
