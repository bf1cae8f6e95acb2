-- $1 site, $2 days, $3 exits only.
delete from rollup_dirty where site_id = $1 and day = any($2::date[]) and exits_only = $3
