-- name: set_last_used
-- $1 key, $2 now, $3 scheme.
update site_keys set last_used_at = $2, last_scheme = $3 where id = $1

-- name: signing_keys
-- The keys of a site that are not revoked, newest first. $1: name of the site.
select
    sites.id as site_id,
    signature_schemes,
    site_keys.id as key_id,
    site_keys.name as key_name,
    public_key,
    last_used_at
from site_keys
join sites on sites.id = site_id
where sites.name = $1 and revoked_at is null and deleted_at is null
order by site_keys.created_at desc, site_keys.id desc
