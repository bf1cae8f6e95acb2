-- $1: shard; $2 to $4: one array a column.
insert into bot_suspects (shard, site_id, visitor_id, started_at)
select $1, site_id, visitor_id, started_at
from unnest($2::int[], $3::uuid[], $4::timestamptz[]) as n (site_id, visitor_id, started_at)
on conflict do nothing
