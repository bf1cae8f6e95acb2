-- The sites that wait longest. $1 now, $2 what began before it was given up, $3 attempts a request has, $4 how many.
update insight_requests
set started_at = $1, attempts = attempts + 1
where site_id in (
    select site_id
    from insight_requests
    where attempts < $3::smallint and (started_at is null or started_at < $2)
    order by requested_at
    limit $4
    for update skip locked
)
returning site_id
