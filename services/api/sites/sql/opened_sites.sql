-- The sites that are public, and the shared one. $1 shared site or null.
select
    id, name, url, origins, timezone, identity, privacy_signal, bot_policy, is_public, retention_days, created_at,
    signature_schemes
from sites
where deleted_at is null
  and (is_public or id = $1)
