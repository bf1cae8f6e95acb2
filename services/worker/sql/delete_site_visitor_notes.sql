-- $1: site.
delete from visitor_notes where site_id = $1
