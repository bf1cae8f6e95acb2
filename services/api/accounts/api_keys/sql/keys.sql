-- The keys of a user that work. $1: user.
select api_keys.id, api_keys.name, prefix, scopes, sites.name as site, api_keys.created_at, last_used_at
from api_keys
left join sites on sites.id = site_id
where user_id = $1 and revoked_at is null and sites.deleted_at is null
order by api_keys.created_at, api_keys.id
