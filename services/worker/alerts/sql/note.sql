-- No row when the incident was told already. $1 id, $2 alert, $3 incident, $4 body, $5 now.
insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)
select $1, id, $3, $4, $5, $5 from alerts where id = $2
on conflict (alert_id, incident) do nothing
returning id
