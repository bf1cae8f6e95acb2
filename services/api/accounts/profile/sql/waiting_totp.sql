-- The secret that waits for its first code. $1: user.
select totp_secret from users where id = $1 and totp_confirmed_at is null
