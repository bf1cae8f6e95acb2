-- name: opened_site
-- One site, if it is public or the shared one. $1 shared site or null, $2 name.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where name = $2
  and deleted_at is null
  and (is_public or id = $1)

-- name: opened_sites
-- The sites that are public, and the shared one. $1 shared site or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where deleted_at is null
  and (is_public or id = $1)

-- name: update_site
-- $1 site, $2 now; $3 to $9: what changes, null for what stays; $10 whether the retention changes, $11 to what;
-- $12 as $3 to $9.
update sites
set url = coalesce($3, url),
    origins = coalesce($4, origins),
    timezone = coalesce($5, timezone),
    identity = coalesce($6, identity),
    privacy_signal = coalesce($7, privacy_signal),
    bot_policy = coalesce($8, bot_policy),
    is_public = coalesce($9, is_public),
    retention_days = case when $10 then $11 else retention_days end,
    signature_schemes = coalesce($12, signature_schemes),
    updated_at = $2
where id = $1
  and deleted_at is null
returning
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes

-- name: visible_site
-- One site, if the user may see it. $1 is admin, $2 user, $3 name, $4 the only site of an API key, or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where name = $3
  and deleted_at is null
  and ($4::int is null or id = $4)
  and ($1 or id in (select site_id from site_members where user_id = $2))

-- name: visible_sites
-- The sites that a user may see. $1 is admin, $2 user, $3 the only site of an API key, or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where deleted_at is null
  and ($3::int is null or id = $3)
  and ($1 or id in (select site_id from site_members where user_id = $2))
order by name
