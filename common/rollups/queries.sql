-- name: mark_stale
-- Mark days as stale. $1 shard; $2 and $3: pairs of sites and days, each once; $4 exits only: true, false or both; $5 now.
-- Selects from the shard's row of offsets, so that a distributed database runs it on the one server that has the shard.
insert into stale_days (shard, site_id, day, exits_only, marked_at)
select o.shard, n.site_id, n.day, part.exits_only, $5
from ingest_offsets o
cross join unnest($2::int[], $3::date[]) as n (site_id, day)
cross join unnest($4::boolean[]) as part (exits_only)
where o.shard = $1
on conflict (shard, site_id, day, exits_only) do update
set marked_at = greatest(stale_days.marked_at, excluded.marked_at), marks = stale_days.marks + 1
