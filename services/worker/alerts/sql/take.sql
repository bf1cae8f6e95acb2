-- What is to be sent now. Whoever takes it has until the next attempt to say what became of it.
-- $1 now, $2 the waits after each attempt, $3 how many.
update alert_deliveries
set attempts = attempts + 1, next_attempt_at = $1::timestamptz + ($2::interval[])[attempts + 1]
from alerts
join sites on sites.id = alerts.site_id
where alerts.id = alert_id and alert_deliveries.id in (
    select d.id
    from alert_deliveries d
    join alerts a on a.id = d.alert_id
    where d.next_attempt_at <= $1 and a.enabled
    order by d.next_attempt_at
    limit $3
    for update of d skip locked
)
returning
    alert_deliveries.id, alert_id, incident, body, attempts, alert_deliveries.created_at, channel, target, secret,
    sites.name as site
