-- What was asked for before the run began is answered. $1: site.
delete from insight_requests where site_id = $1 and requested_at <= started_at
