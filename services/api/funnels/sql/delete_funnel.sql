-- No row when the site has no such funnel. $1 funnel, $2 site.
delete from funnels
where id = $1 and site_id = $2
returning id
