-- $1 alert, $2 site.
select id, kind, channel, target, enabled, silence_minutes, created_at
from alerts
where id = $1 and site_id = $2
