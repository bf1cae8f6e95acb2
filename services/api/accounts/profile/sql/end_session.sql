-- $1 user, $2 family, $3 now.
update refresh_tokens set revoked_at = $3
where user_id = $1 and family = $2 and revoked_at is null
returning family
