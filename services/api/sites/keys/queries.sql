-- name: add_key
-- $1 id, $2 site, $3 name, $4 public key, $5 user or null, $6 now.
insert into site_keys (id, site_id, name, public_key, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)

-- name: count_keys
-- $1: site.
select count(*) from site_keys where site_id = $1 and revoked_at is null

-- name: lock_site
-- $1: site.
select id from sites where id = $1 for no key update

-- name: replace_keys
-- What makes room for another key. $1 site, $2 one key or null, $3 whether all keys, $4 the other key, $5 now.
update site_keys set revoked_at = $5
where site_id = $1 and revoked_at is null and public_key <> $4 and ($3 or id = $2)
returning id

-- name: revoke_key
-- No row when the site has no such key, or it was revoked before. $1 key, $2 site, $3 now.
update site_keys set revoked_at = $3
where id = $1 and site_id = $2 and revoked_at is null
returning id

-- name: site_keys
-- The keys of a site that work, the latest first. $1: site.
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
