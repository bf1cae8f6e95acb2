-- $1 SHA-256 of the token, $2 now.
update refresh_tokens set used_at = $2 where token_hash = $1
