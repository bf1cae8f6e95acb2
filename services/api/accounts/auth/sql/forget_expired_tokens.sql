-- $1 user, $2 now.
delete from refresh_tokens where user_id = $1 and expires_at <= $2
