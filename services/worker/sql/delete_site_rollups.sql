-- $1: site.
delete from rollups where site_id = $1
