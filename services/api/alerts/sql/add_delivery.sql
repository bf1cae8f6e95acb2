-- $1 delivery, $2 alert, $3 incident, $4 body, $5 now.
insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at) values ($1, $2, $3, $4, $5, $5)
