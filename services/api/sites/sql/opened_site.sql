-- One site, if it is public or the shared one. $1 shared site or null, $2 name.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where name = $2
  and deleted_at is null
  and (is_public or id = $1)
