-- $1 SHA-256 of the token, $2 family, $3 user, $4 now, $5 end of its life.
insert into refresh_tokens (token_hash, family, user_id, created_at, expires_at)
values ($1, $2, $3, $4, $5)
