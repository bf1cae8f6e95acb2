-- $1: site, $2: first day, $3: last day. Nothing of these days is in the rollups yet, exit pages neither.
insert into rollup_dirty (shard, site_id, day, exits_only, marked_at)
select 0, $1, day::date, exits_only, now()
from generate_series($2::date, $3::date, interval '1 day') as day, unnest(array[false, true]) as exits_only
on conflict do nothing
