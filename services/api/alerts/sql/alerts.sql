-- The alerts of a site, the oldest first. $1: site.
select id, kind, channel, target, enabled, silence_minutes, created_at
from alerts
where site_id = $1
order by created_at, id
