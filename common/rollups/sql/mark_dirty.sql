-- $1 shard; $2 and $3: sites and days, in pairs, each once; $4 exits only, yes or no or both; $5 now.
insert into rollup_dirty (shard, site_id, day, exits_only, marked_at)
select $1, site_id, day, exits_only, $5
from unnest($2::int[], $3::date[]) as n (site_id, day)
cross join unnest($4::boolean[]) as exits_only
on conflict (shard, site_id, day, exits_only) do update
set marked_at = greatest(rollup_dirty.marked_at, excluded.marked_at)
