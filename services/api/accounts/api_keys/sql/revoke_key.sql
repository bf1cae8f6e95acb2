-- No row when the user has no such key, or revoked it before. $1 key, $2 user, $3 now.
update api_keys set revoked_at = $3
where id = $1 and user_id = $2 and revoked_at is null
returning id
