-- No row when there is a confirmed one. $1 user, $2 secret, $3 now.
update users set totp_secret = $2, totp_last_step = null, updated_at = $3
where id = $1 and totp_confirmed_at is null
returning username
