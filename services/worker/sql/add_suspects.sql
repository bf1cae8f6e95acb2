-- $1: shard; $2 to $4: one array a column.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into bot_suspects (shard, site_id, visitor_id, started_at)
select o.shard, n.site_id, n.visitor_id, n.started_at
from ingest_offsets o
cross join unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
where o.shard = $1
on conflict do nothing
