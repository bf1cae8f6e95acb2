-- $1 site, $2 first day that stays, $3 now.
insert into retention_runs (site_id, kept_from, began_at) values ($1, $2, $3) on conflict do nothing
