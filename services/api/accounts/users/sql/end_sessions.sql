-- $1 user, $2 now.
update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null
