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
