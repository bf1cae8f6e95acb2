-- $1: site, $2: rows that are gone now.
update site_deletions
set rows_deleted = rows_deleted + $2,
    rows_total = greatest(rows_total, rows_deleted + $2)
where site_id = $1
