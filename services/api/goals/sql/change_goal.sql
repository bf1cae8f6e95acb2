-- No row when the site has no such goal. $1 goal, $2 site, $3 name, $4 page, $5 event, $6 properties.
update goals
set name = $3, page = $4, event = $5, properties = $6
where id = $1 and site_id = $2
returning id, name, page, event, properties, created_at
