-- Something about days that are over has changed. $1 site.
insert into rollup_state (site_id, version) values ($1, 1)
on conflict (site_id) do update set version = rollup_state.version + 1
