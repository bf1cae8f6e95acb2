-- One site, if the user may see it. $1 is admin, $2 user, $3 name, $4 the only site of an API key, or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where name = $3
  and deleted_at is null
  and ($4::int is null or id = $4)
  and ($1 or id in (select site_id from site_admins where user_id = $2))
