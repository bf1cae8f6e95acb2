-- name: opened_site
-- One site, if it is public or the shared one. $1 shared site or null, $2 name.
select ${site_columns}
from sites
where name = $2
  and deleted_at is null
  and (is_public or id = $1)

-- name: opened_sites
-- The sites that are public, and the shared one. $1 shared site or null.
select ${site_columns}
from sites
where deleted_at is null
  and (is_public or id = $1)

-- name: update_site
-- $1 site, $2 now; $3 and on: what changes, in the order of the assignments.
update sites
set updated_at = $2{assignments}
where id = $1
  and deleted_at is null
returning ${site_columns}

-- name: visible_site
-- One site, if the user may see it. $1 is admin, $2 user, $3 name, $4 the only site of an API key, or null.
select ${site_columns}
from sites
where name = $3
  and deleted_at is null
  and ($4::int is null or id = $4)
  and ($1 or id in (select site_id from site_members where user_id = $2))

-- name: visible_sites
-- The sites that a user may see. $1 is admin, $2 user, $3 the only site of an API key, or null.
select ${site_columns}
from sites
where deleted_at is null
  and ($3::int is null or id = $3)
  and ($1 or id in (select site_id from site_members where user_id = $2))
order by name
