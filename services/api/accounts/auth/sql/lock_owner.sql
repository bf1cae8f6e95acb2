-- Whose token it is, unless they may no longer log in. What happens to the logins of one user happens one after the
-- other, so that no token is made while all of them end. $1: SHA-256 of the token.
select id, username, is_admin
from users
where id = (select user_id from refresh_tokens where token_hash = $1) and disabled_at is null
for no key update
