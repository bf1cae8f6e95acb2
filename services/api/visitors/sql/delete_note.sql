-- $1 site, $2 visitor.
delete from visitor_notes where site_id = $1 and visitor_id = $2
