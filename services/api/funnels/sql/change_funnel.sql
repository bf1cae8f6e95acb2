-- No row when the site has no such funnel. $1 funnel, $2 site, $3 name, $4 within what.
update funnels
set name = $3, within = $4
where id = $1 and site_id = $2
returning created_at
