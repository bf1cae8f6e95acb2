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
