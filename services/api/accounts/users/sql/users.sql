-- Users with the sites that list them. $1: username, in any case, or null for all.
select
    username,
    is_admin,
    disabled_at is not null as disabled,
    totp_confirmed_at is not null as second_factor,
    created_at,
    array(
        select name
        from site_admins
        join sites on sites.id = site_id
        where user_id = users.id and deleted_at is null
        order by name
    ) as sites
from users
where $1::text is null or lower(username) = lower($1)
order by lower(username)
