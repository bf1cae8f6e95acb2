-- Ends a login: every token that descends from it. $1 family, $2 now.
update refresh_tokens set revoked_at = $2 where family = $1 and revoked_at is null
