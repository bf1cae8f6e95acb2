-- Who calls, unless they may no longer log in or have ended the login. $1 user, $2 family of the login's refresh
-- tokens, null for a token that belongs to none.
select id, username, is_admin
from users
where id = $1
  and disabled_at is null
  and (
      $2::uuid is null
      or exists (select from refresh_tokens where family = $2 and user_id = $1 and revoked_at is null)
  )
