-- $1: site.
delete from rollup_dirty where site_id = $1
