-- No row when the site has no such alert. $1 alert, $2 site, $3 kind, $4 channel, $5 target, $6 enabled,
-- $7 minutes of silence.
update alerts
set kind = $3, channel = $4, target = $5, enabled = $6, silence_minutes = $7
where id = $1 and site_id = $2
returning id, kind, channel, target, enabled, silence_minutes, created_at
