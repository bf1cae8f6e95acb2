-- name: add_api_key
-- :key_hash is the SHA-256 hash of the key, :prefix its first characters, :site_id the only site or null.
insert into api_keys (id, user_id, name, key_hash, scopes, site_id, prefix, created_at)
values (:id, :user_id, :name, :key_hash, :scopes, :site_id, :prefix, :created_at)

-- name: api_keys
-- The keys of a user that are not revoked. $1: user.
select api_keys.id, api_keys.name, prefix, scopes, sites.name as site, api_keys.created_at, last_used_at
from api_keys
left join sites on sites.id = site_id
where user_id = $1 and revoked_at is null and sites.deleted_at is null
order by api_keys.created_at, api_keys.id

-- name: caller_of_api_key
-- The user and the rights of a key; no row for a disabled user or a site that is being deleted.
-- $1: SHA-256 of the key.
select users.id, username, is_admin, scopes, site_id, api_keys.id as key_id, last_used_at
from api_keys
join users on users.id = user_id
left join sites on sites.id = site_id
where key_hash = $1 and revoked_at is null and disabled_at is null and sites.deleted_at is null

-- name: revoke_api_key
-- No row when the user has no such key, or it was already revoked. $1 key, $2 user, $3 now.
update api_keys set revoked_at = $3
where id = $1 and user_id = $2 and revoked_at is null
returning id

-- name: set_last_used
-- $1 key, $2 now.
update api_keys set last_used_at = $2 where id = $1

-- name: visible_site_id
-- The id of a site, if the user has access to it. $1 is admin, $2 user, $3 name.
select id
from sites
where name = $3
  and deleted_at is null
  and ($1 or id in (select site_id from site_members where user_id = $2))
