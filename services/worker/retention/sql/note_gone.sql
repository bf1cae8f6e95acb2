-- $1 site, $2 first day that stays; $3 to $6: visits, events, visitors and dead letters that are gone now.
update retention_runs
set visits = visits + $3, events = events + $4, visitors = visitors + $5, dead_letters = dead_letters + $6
where site_id = $1 and kept_from = $2
