-- $1: SHA-256 of the token.
select token_hash, family, user_id, expires_at, used_at, revoked_at, client
from refresh_tokens
where token_hash = $1
