-- $1 site; $2 to $4 the limits, $5 what the model is for.
insert into bot_settings (site_id, rate_per_minute, paths_in_15_minutes, lifetime_paths, model)
values ($1, $2, $3, $4, $5)
on conflict (site_id) do update
set rate_per_minute = excluded.rate_per_minute, paths_in_15_minutes = excluded.paths_in_15_minutes,
    lifetime_paths = excluded.lifetime_paths, model = excluded.model
