-- name: add_refresh_token
-- $1 SHA-256 of the token, $2 family, $3 user, $4 now, $5 end of its life, $6 what the user logged in with.
insert into refresh_tokens (token_hash, family, user_id, created_at, expires_at, client)
values ($1, $2, $3, $4, $5, $6)

-- name: forget_expired_tokens
-- $1 user, $2 now.
delete from refresh_tokens where user_id = $1 and expires_at <= $2

-- name: lock_owner
-- Whose token it is, unless they may no longer log in. What happens to the logins of one user happens one after the
-- other, so that no token is made while all of them end. $1: SHA-256 of the token.
select id, username, is_admin
from users
where id = (select user_id from refresh_tokens where token_hash = $1) and disabled_at is null
for no key update

-- name: lock_user
-- The user, unless they may no longer log in or have another password by now. $1 user, $2 password hash.
select id
from users
where id = $1 and disabled_at is null and password_hash = $2
for no key update

-- name: refresh_token
-- $1: SHA-256 of the token.
select token_hash, family, user_id, expires_at, used_at, revoked_at, client
from refresh_tokens
where token_hash = $1

-- name: revoke_family
-- Ends a login: every token that descends from it. $1 family, $2 now.
update refresh_tokens set revoked_at = $2 where family = $1 and revoked_at is null

-- name: use_code
-- A code works once, and none that is older than one that has worked. No row when it has. $1 user, $2 the code's step.
update users set totp_last_step = $2
where id = $1 and coalesce(totp_last_step, -1) < $2
returning id

-- name: use_refresh_token
-- $1 SHA-256 of the token, $2 now.
update refresh_tokens set used_at = $2 where token_hash = $1

-- name: user_by_name
-- $1: username, in any case.
select id, username, is_admin, password_hash, case when totp_confirmed_at is not null then totp_secret end as totp_secret
from users
where lower(username) = lower($1) and disabled_at is null

-- name: user_of_session
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
