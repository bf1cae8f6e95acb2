-- No row when the site has no such override. $1 override, $2 site.
delete from bot_overrides where id = $1 and site_id = $2 returning id
