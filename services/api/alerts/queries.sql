-- name: add_alert
-- No row when the site has the maximum number of alerts. $1 alert, $2 site, $3 kind, $4 channel, $5 target, $6 enabled,
-- $7 minutes of silence, $8 secret, $9 now, $10 the maximum.
insert into alerts (id, site_id, kind, channel, target, enabled, silence_minutes, secret, created_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
where (select count(*) from alerts where site_id = $2) < $10::int
returning id

-- name: add_delivery
-- $1 delivery, $2 alert, $3 incident, $4 body, $5 now.
insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at) values ($1, $2, $3, $4, $5, $5)

-- name: alert
-- $1 alert, $2 site.
select id, kind, channel, target, enabled, silence_minutes, created_at
from alerts
where id = $1 and site_id = $2

-- name: alerts
-- The alerts of a site, oldest first. $1: site.
select id, kind, channel, target, enabled, silence_minutes, created_at
from alerts
where site_id = $1
order by created_at, id

-- name: change_alert
-- No row when the site has no such alert. $1 alert, $2 site, $3 kind, $4 channel, $5 target, $6 enabled,
-- $7 minutes of silence.
update alerts
set kind = $3, channel = $4, target = $5, enabled = $6, silence_minutes = $7
where id = $1 and site_id = $2
returning id, kind, channel, target, enabled, silence_minutes, created_at

-- name: delete_alert
-- No row when the site has no such alert. $1 alert, $2 site.
delete from alerts where id = $1 and site_id = $2 returning id

-- name: deliveries
-- Deliveries of an alert, newest first. $1 alert, $2 limit.
select id, incident, body, created_at, attempts, next_attempt_at, sent_at, error
from alert_deliveries
where alert_id = $1
order by created_at desc, id desc
limit $2
