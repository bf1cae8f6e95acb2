-- Insights of sites are asked for. A site whose insights failed is tried again the next night.
-- $1 now, $2 attempts after which a request rests, $3 sites.
insert into insight_requests (site_id, requested_at)
select id, $1
from sites
where id = any($3::int[])
on conflict (site_id) do update
set requested_at = excluded.requested_at, started_at = null, attempts = 0
where insight_requests.attempts >= $2::smallint
    and insight_requests.requested_at < excluded.requested_at - interval '20 hours'
