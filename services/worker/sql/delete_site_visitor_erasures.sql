-- $1: site.
delete from visitor_erasures where site_id = $1
