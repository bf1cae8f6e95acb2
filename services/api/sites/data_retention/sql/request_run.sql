-- The run of a day is done once more, and goes on counting. $1 site, $2 first day that stays, $3 now.
insert into retention_runs (site_id, kept_from, began_at) values ($1, $2, $3)
on conflict (site_id, kept_from) do update
set finished_at = null, shard = 0, after_visitor = '00000000-0000-0000-0000-000000000000'
