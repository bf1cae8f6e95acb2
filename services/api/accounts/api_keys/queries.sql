-- name: add_key
-- $1 id, $2 user, $3 name, $4 SHA-256 of the key, $5 scopes, $6 site, $7 how the key begins, $8 now.
insert into api_keys (id, user_id, name, key_hash, scopes, site_id, prefix, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: caller_of_key
-- In whose name a key speaks, and what it may; no row for users who are disabled and sites that are being deleted.
-- $1: SHA-256 of the key.
select users.id, username, is_admin, scopes, site_id, api_keys.id as key_id, last_used_at
from api_keys
join users on users.id = user_id
left join sites on sites.id = site_id
where key_hash = $1 and revoked_at is null and disabled_at is null and sites.deleted_at is null

-- name: key_was_used
-- $1 key, $2 now.
update api_keys set last_used_at = $2 where id = $1

-- name: keys
-- The keys of a user that work. $1: user.
select api_keys.id, api_keys.name, prefix, scopes, sites.name as site, api_keys.created_at, last_used_at
from api_keys
left join sites on sites.id = site_id
where user_id = $1 and revoked_at is null and sites.deleted_at is null
order by api_keys.created_at, api_keys.id

-- name: revoke_key
-- No row when the user has no such key, or revoked it before. $1 key, $2 user, $3 now.
update api_keys set revoked_at = $3
where id = $1 and user_id = $2 and revoked_at is null
returning id

-- name: visible_site
-- The number of a site, if the user may see it. $1 is admin, $2 user, $3 name.
select id
from sites
where name = $3
  and deleted_at is null
  and ($1 or id in (select site_id from site_members where user_id = $2))
