-- $1: user.
select id, username, is_admin
from users
where id = $1 and disabled_at is null
