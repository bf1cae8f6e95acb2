-- name: public_or_shared_site
-- A site, if it is public or the shared one. $1 shared site or null, $2 name.
select ${site_columns}
from sites
where name = $2
  and deleted_at is null
  and (is_public or id = $1)

-- name: public_or_shared_sites
-- The sites that are public, and the shared one. $1 shared site or null.
select ${site_columns}
from sites
where deleted_at is null
  and (is_public or id = $1)

-- name: update_site
-- {assignments}: the columns that change. $1 site, $2 now, $3 and following: values in the order of the assignments.
update sites
set updated_at = $2{assignments}
where id = $1
  and deleted_at is null
returning ${site_columns}

-- name: visible_site
-- A site, if the user has access to it. $1 is admin, $2 user, $3 name, $4 the only site of an API key, or null.
select ${site_columns}
from sites
where name = $3
  and deleted_at is null
  and ($4::int is null or id = $4)
  and ($1 or id in (select site_id from site_members where user_id = $2))

-- name: visible_sites
-- The sites that a user has access to. $1 is admin, $2 user, $3 the only site of an API key, or null.
select ${site_columns}
from sites
where deleted_at is null
  and ($3::int is null or id = $3)
  and ($1 or id in (select site_id from site_members where user_id = $2))
order by name

-- name: add_member
-- Returns the user's id; no row when the user does not exist. $1 site, $2 username, in any case.
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
-- Returns the user's id; no row when the user is not a member. $1 site, $2 username, in any case.
delete from site_members
using users
where site_id = $1 and user_id = users.id and lower(username) = lower($2)
returning user_id

-- name: deletions
-- Newest first.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
order by requested_at desc, site_id desc

-- name: latest_deletion
-- $1: name of the deleted site.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
where name = $1
order by requested_at desc, site_id desc
limit 1

-- name: request_deletion
-- Hides the site. No row when it is already being deleted. $1 site, $2 user, $3 now.
with hidden as (
    update sites set deleted_at = $3 where id = $1 and deleted_at is null returning id, name
)
insert into site_deletions (site_id, name, requested_by, requested_at)
select id, name, $2, $3
from hidden
returning name, requested_at, rows_total, rows_deleted, finished_at
