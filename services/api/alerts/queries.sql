-- name: add_alert
-- No row when the site has the maximum number of alerts.
insert into alerts (id, site_id, kind, channel, target, enabled, silence_minutes, secret, created_at)
select :id, :site_id, :kind, :channel, :target, :enabled, :silence_minutes, :secret, :now
where (select count(*) from alerts where site_id = :site_id) < :max_alerts::int
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
-- No row when the site has no such alert.
update alerts
set kind = :kind, channel = :channel, target = :target, enabled = :enabled, silence_minutes = :silence_minutes
where id = :id and site_id = :site_id
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
