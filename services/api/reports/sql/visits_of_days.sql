-- About how many visits a site's days have, as far as they are put together: enough to know whether to take a sample.
-- $1 site, $2 first day, $3 last day, $4 grain of days, $5 dimension of totals.
select coalesce(sum(visits), 0)::bigint
from rollups
where site_id = $1 and grain = $4 and dimension = $5 and bucket between $2 and $3
