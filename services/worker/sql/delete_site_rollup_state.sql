-- $1: site.
delete from rollup_state where site_id = $1
