-- The user, unless they may no longer log in or have another password by now. $1 user, $2 password hash.
select id
from users
where id = $1 and disabled_at is null and password_hash = $2
for no key update
