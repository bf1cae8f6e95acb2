-- The visitors of some days, as sketches. $1 site, $2 days.
select bucket as day, visitors
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket = any($2::date[]) and visitors is not null
