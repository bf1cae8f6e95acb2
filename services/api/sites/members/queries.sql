-- name: add_member
-- Gives the user's id, or nothing where there is none. $1 site, $2 username, in any case.
with wanted as (
    select id from users where lower(username) = lower($2)
), added as (
    insert into site_members (site_id, user_id) select $1, id from wanted on conflict do nothing
)
select id from wanted

-- name: members
-- $1: site.
select username
from site_members
join users on users.id = user_id
where site_id = $1
order by lower(username)

-- name: remove_member
-- Gives the user's id, or nothing where the site does not list them. $1 site, $2 username, in any case.
delete from site_members
using users
where site_id = $1 and user_id = users.id and lower(username) = lower($2)
returning user_id
