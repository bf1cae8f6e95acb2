-- No row when another worker has finished it, or the site is gone. $1 site, $2 first day that stays.
select shard, after_visitor from retention_runs where site_id = $1 and kept_from = $2 and finished_at is null for update
