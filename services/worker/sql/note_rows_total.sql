-- $1: site, $2: rows that were found of it.
update site_deletions set rows_total = $2 where site_id = $1
