-- At two in the morning by a site's own clock, once a night. A site whose insights failed is tried again the next night.
-- $1 now, $2 attempts after which a request rests.
insert into insight_requests (site_id, requested_at)
select id, $1
from sites
where deleted_at is null
    and ($1::timestamptz at time zone timezone)::time >= '02:00'
    and exists (select from rollups where site_id = id and grain = 1 and dimension = 0)
    and not exists (
        select from insights
        where site_id = id and kind = 'summary'
            and computed_at >= (date_trunc('day', $1::timestamptz at time zone timezone) + interval '2 hours')
                at time zone timezone
    )
on conflict (site_id) do update
set requested_at = excluded.requested_at, started_at = null, attempts = 0
where insight_requests.attempts >= $2::smallint
    and insight_requests.requested_at < excluded.requested_at - interval '20 hours'
