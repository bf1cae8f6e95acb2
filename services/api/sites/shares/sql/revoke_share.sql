-- No row when the site has no such link, or it was revoked before. $1 link, $2 site, $3 now.
update share_links set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id
