-- $1 delivery, $2 why, $3 whether it is the end.
update alert_deliveries
set error = $2, next_attempt_at = case when $3::boolean then null else next_attempt_at end
where id = $1
