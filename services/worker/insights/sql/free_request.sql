-- What was asked for since waits for the next run. $1: site.
update insight_requests set started_at = null where site_id = $1
