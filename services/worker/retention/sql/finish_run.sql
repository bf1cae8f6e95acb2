-- $1 site, $2 first day that stays, $3 now.
update retention_runs set finished_at = $3 where site_id = $1 and kept_from = $2 and finished_at is null
