-- $1 user, $2 now.
update users set totp_secret = null, totp_confirmed_at = null, totp_last_step = null, updated_at = $2 where id = $1
