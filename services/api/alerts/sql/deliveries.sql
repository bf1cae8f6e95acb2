-- What an alert told, or tried to, the newest first. $1 alert, $2 how many.
select id, incident, body, created_at, attempts, next_attempt_at, sent_at, error
from alert_deliveries
where alert_id = $1
order by created_at desc, id desc
limit $2
