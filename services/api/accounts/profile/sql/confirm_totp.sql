-- No row when the secret is not the one that waits any more. $1 user, $2 secret, $3 step of the code, $4 now.
update users set totp_confirmed_at = $4, totp_last_step = $3, updated_at = $4
where id = $1 and totp_secret = $2 and totp_confirmed_at is null
returning id
