-- name: change_password
-- No row when the password was changed in the meantime. $1 user, $2 current hash, $3 new hash, $4 now.
update users set password_hash = $3, updated_at = $4
where id = $1 and password_hash = $2
returning id

-- name: confirm_totp
-- No row when the secret is no longer the one that is being set up. $1 user, $2 secret, $3 step of the code, $4 now.
update users set totp_confirmed_at = $4, totp_last_step = $3, updated_at = $4
where id = $1 and totp_secret = $2 and totp_confirmed_at is null
returning id

-- name: current_user
-- $1: user.
select username, is_admin, totp_confirmed_at is not null as second_factor, created_at
from users
where id = $1

-- name: end_other_sessions
-- $1 user, $2 family of the session that stays, or null for none, $3 now.
update refresh_tokens set revoked_at = $3
where user_id = $1 and family is distinct from $2 and revoked_at is null

-- name: end_session
-- $1 user, $2 family, $3 now.
update refresh_tokens set revoked_at = $3
where user_id = $1 and family = $2 and revoked_at is null
returning family

-- name: lock_user_sessions
-- Serializes what happens to the sessions of one user. $1: user.
select id from users where id = $1 for no key update

-- name: password_hash
-- $1: user.
select password_hash from users where id = $1

-- name: remove_totp
-- $1 user, $2 now.
update users set totp_secret = null, totp_confirmed_at = null, totp_last_step = null, updated_at = $2 where id = $1

-- name: rename_user
-- Fails for a name that is taken. $1 user, $2 new username, $3 now.
update users set username = $2, updated_at = $3 where id = $1

-- name: sessions
-- The sessions of a user that can be refreshed. $1 user, $2 now.
select
    family as id,
    max(client) as client,
    min(created_at) as created_at,
    max(created_at) as refreshed_at,
    max(expires_at) as expires_at
from refresh_tokens
where user_id = $1 and revoked_at is null
group by family
having bool_or(used_at is null and expires_at > $2)
order by max(created_at) desc, family

-- name: start_totp_setup
-- No row when there is a confirmed second factor. $1 user, $2 secret, $3 now.
update users set totp_secret = $2, totp_last_step = null, updated_at = $3
where id = $1 and totp_confirmed_at is null
returning username

-- name: unconfirmed_totp_secret
-- $1: user.
select totp_secret from users where id = $1 and totp_confirmed_at is null
