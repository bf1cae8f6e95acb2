-- $1 user, $2 family of the login that stays, or null for none, $3 now.
update refresh_tokens set revoked_at = $3
where user_id = $1 and family is distinct from $2 and revoked_at is null
