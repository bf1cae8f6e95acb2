-- No row when the site has no such goal. $1 goal, $2 site.
delete from goals
where id = $1 and site_id = $2
returning id
