-- $1: username, in any case.
select id, username, is_admin, password_hash, case when totp_confirmed_at is not null then totp_secret end as totp_secret
from users
where lower(username) = lower($1) and disabled_at is null
