-- $1 SHA-256 of the token, $2 family, $3 user, $4 now, $5 end of its life, $6 what the user logged in with.
insert into refresh_tokens (token_hash, family, user_id, created_at, expires_at, client)
values ($1, $2, $3, $4, $5, $6)
