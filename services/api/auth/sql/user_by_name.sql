-- $1: username, in any case.
select id, username, is_admin, password_hash
from users
where lower(username) = lower($1) and disabled_at is null
