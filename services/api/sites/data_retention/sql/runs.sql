-- What went, the latest first. $1 site, $2 how many.
select kept_from, began_at, finished_at, visits, events, visitors, dead_letters, months_dropped
from retention_runs
where site_id = $1
order by kept_from desc
limit $2
