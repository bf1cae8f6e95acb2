-- $1: user.
select username, is_admin, totp_confirmed_at is not null as second_factor, created_at
from users
where id = $1
