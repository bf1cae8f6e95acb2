-- No row when the site has no such key, or it was revoked before. $1 key, $2 site, $3 now.
update site_keys set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id
