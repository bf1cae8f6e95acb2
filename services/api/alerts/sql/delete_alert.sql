-- No row when the site has no such alert. $1 alert, $2 site.
delete from alerts where id = $1 and site_id = $2 returning id
