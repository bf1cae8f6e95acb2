-- Gives the user's id, or nothing where there is none. $1 site, $2 username, in any case.
with wanted as (
    select id from users where lower(username) = lower($2)
), added as (
    insert into site_admins (site_id, user_id) select $1, id from wanted on conflict do nothing
)
select id from wanted
