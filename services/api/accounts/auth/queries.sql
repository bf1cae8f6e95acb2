-- name: add_refresh_token
-- :token_hash is a SHA-256 hash; :family is the id of the session.
insert into refresh_tokens (token_hash, family, user_id, created_at, expires_at, client)
values (:token_hash, :family, :user_id, :now, :expires_at, :user_agent)

-- name: delete_expired_tokens
-- $1 user, $2 now.
delete from refresh_tokens where user_id = $1 and expires_at <= $2

-- name: lock_owner
-- The user of a refresh token, unless disabled. The lock serializes what happens to the sessions of one user, so that
-- no token is issued while all sessions are ended. $1: SHA-256 of the token.
select id, username, is_admin
from users
where id = (select user_id from refresh_tokens where token_hash = $1) and disabled_at is null
for no key update

-- name: lock_user
-- No row when the user was disabled or has a different password. $1 user, $2 password hash.
select id
from users
where id = $1 and disabled_at is null and password_hash = $2
for no key update

-- name: mark_refresh_token_used
-- $1 SHA-256 of the token, $2 now.
update refresh_tokens set used_at = $2 where token_hash = $1

-- name: refresh_token
-- $1: SHA-256 of the token.
select token_hash, family, user_id, expires_at, used_at, revoked_at, client
from refresh_tokens
where token_hash = $1

-- name: revoke_family
-- Ends a session by revoking all its tokens. $1 family, $2 now.
update refresh_tokens set revoked_at = $2 where family = $1 and revoked_at is null

-- name: use_totp_step
-- A code works once, and no code works that is older than one that was used: then there is no row.
-- $1 user, $2 the time step of the code.
update users set totp_last_step = $2
where id = $1 and coalesce(totp_last_step, -1) < $2
returning id

-- name: user_by_name
-- $1: username, in any case.
select id, username, is_admin, password_hash, case when totp_confirmed_at is not null then totp_secret end as totp_secret
from users
where lower(username) = lower($1) and disabled_at is null

-- name: user_of_session
-- The user, unless disabled or the session has ended. $1 user, $2 family of the session's refresh tokens, null for a
-- token without a session.
select id, username, is_admin
from users
where id = $1
  and disabled_at is null
  and (
      $2::uuid is null
      or exists (select from refresh_tokens where family = $2 and user_id = $1 and revoked_at is null)
  )
