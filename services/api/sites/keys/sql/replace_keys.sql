-- What makes room for another key. $1 site, $2 one key or null, $3 whether all keys, $4 the other key, $5 now.
update site_keys set revoked_at = $5
where site_id = $1 and revoked_at is null and public_key <> $4 and ($3 or id = $2)
returning id
