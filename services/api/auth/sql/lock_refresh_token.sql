-- The token, unless its user may no longer log in. $1: SHA-256 of the token.
select token_hash, family, user_id, expires_at, used_at, revoked_at
from refresh_tokens
join users on users.id = refresh_tokens.user_id
where token_hash = $1 and users.disabled_at is null
for update of refresh_tokens
