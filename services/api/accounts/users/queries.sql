-- name: change_user
-- $1 user; each null for no change: $2 is admin, $3 is disabled, $4 password's hash; $5 whether the second factor goes,
-- $6 now.
update users
set is_admin = coalesce($2, is_admin),
    disabled_at = case when $3::boolean is null then disabled_at when $3 then coalesce(disabled_at, $6) end,
    password_hash = coalesce($4, password_hash),
    totp_secret = case when not $5 then totp_secret end,
    totp_confirmed_at = case when not $5 then totp_confirmed_at end,
    totp_last_step = case when not $5 then totp_last_step end,
    updated_at = $6
where id = $1

-- name: delete_user
-- With the user go memberships, sessions and API keys. $1: user.
delete from users where id = $1

-- name: end_sessions
-- $1 user, $2 now.
update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null

-- name: lock_with_admins
-- A user and every administrator who can log in, so that no two of them can be removed at the same time.
-- $1: username, in any case.
select id, lower(username) = lower($1) as wanted, is_admin, disabled_at is not null as disabled
from users
where lower(username) = lower($1) or (is_admin and disabled_at is null)
order by id
for update

-- name: users
-- Users with the sites that list them. $1: username, in any case, or null for all.
select
    username,
    is_admin,
    disabled_at is not null as disabled,
    totp_confirmed_at is not null as second_factor,
    created_at,
    array(
        select name
        from site_members
        join sites on sites.id = site_id
        where user_id = users.id and deleted_at is null
        order by name
    ) as sites
from users
where $1::text is null or lower(username) = lower($1)
order by lower(username)
