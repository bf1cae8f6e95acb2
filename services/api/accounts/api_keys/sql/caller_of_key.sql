-- In whose name a key speaks, and what it may; no row for users who are disabled and sites that are being deleted.
-- $1: SHA-256 of the key.
select users.id, username, is_admin, scopes, site_id, api_keys.id as key_id, last_used_at
from api_keys
join users on users.id = user_id
left join sites on sites.id = site_id
where key_hash = $1 and revoked_at is null and disabled_at is null and sites.deleted_at is null
