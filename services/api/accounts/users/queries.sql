-- name: delete_user
-- Also deletes memberships, sessions and API keys. $1: user.
delete from users where id = $1

-- name: end_sessions
-- $1 user, $2 now.
update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null

-- name: lock_with_admins
-- A user and all administrators who can log in, locked so that no two of them can be removed at the same time.
-- $1: username, in any case.
select id, lower(username) = lower($1) as wanted, is_admin, disabled_at is not null as disabled
from users
where lower(username) = lower($1) or (is_admin and disabled_at is null)
order by id
for update

-- name: update_user
-- :is_admin, :disabled and :password_hash are null for no change.
update users
set is_admin = coalesce(:is_admin, is_admin),
    disabled_at = case
        when :disabled::boolean is null then disabled_at
        when :disabled then coalesce(disabled_at, :now)
    end,
    password_hash = coalesce(:password_hash, password_hash),
    totp_secret = case when not :remove_second_factor then totp_secret end,
    totp_confirmed_at = case when not :remove_second_factor then totp_confirmed_at end,
    totp_last_step = case when not :remove_second_factor then totp_last_step end,
    updated_at = :now
where id = :user_id

-- name: users
-- Users with the sites of which they are members. $1: username, in any case, or null for all users.
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
