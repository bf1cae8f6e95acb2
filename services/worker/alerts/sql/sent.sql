-- $1 delivery, $2 now.
update alert_deliveries set sent_at = $2, next_attempt_at = null, error = '' where id = $1
