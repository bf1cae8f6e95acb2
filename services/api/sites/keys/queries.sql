-- name: add_site_key
-- :created_by is null for a key that replaced another.
insert into site_keys (id, site_id, name, public_key, created_by, created_at)
values (:id, :site_id, :name, :public_key, :created_by, :created_at)

-- name: count_site_keys
-- $1: site.
select count(*) from site_keys where site_id = $1 and revoked_at is null

-- name: lock_site
-- $1: site.
select id from sites where id = $1 for no key update

-- name: revoke_other_keys
-- Revokes the keys that a new key replaces. $1 site, $2 one key or null, $3 whether all keys, $4 new public key, $5 now.
update site_keys set revoked_at = $5
where site_id = $1 and revoked_at is null and public_key <> $4 and ($3 or id = $2)
returning id

-- name: revoke_site_key
-- No row when the site has no such key, or it was already revoked. $1 key, $2 site, $3 now.
update site_keys set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id

-- name: site_keys
-- The keys of a site that are not revoked, newest first. $1: site.
select
    site_keys.id,
    site_keys.name,
    encode(public_key, 'hex') as public_key_hex,
    users.username as created_by,
    site_keys.created_at,
    last_used_at,
    last_scheme
from site_keys
left join users on users.id = site_keys.created_by
where site_id = $1 and revoked_at is null
order by site_keys.created_at desc, site_keys.id desc
