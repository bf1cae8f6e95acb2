-- The sites that a user may see. $1 is admin, $2 user, $3 the only site of an API key, or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where deleted_at is null
  and ($3::int is null or id = $3)
  and ($1 or id in (select site_id from site_admins where user_id = $2))
order by name
