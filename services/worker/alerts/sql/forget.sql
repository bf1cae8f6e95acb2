-- $1: what is older is forgotten, but for what is still to be sent.
delete from alert_deliveries where created_at < $1 and next_attempt_at is null
