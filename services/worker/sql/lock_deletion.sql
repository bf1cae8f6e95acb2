-- $1: site. No row when its deletion is finished, or was never asked for.
select rows_total, rows_deleted from site_deletions where site_id = $1 and finished_at is null for update
