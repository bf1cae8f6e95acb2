-- Days whose rollups are not to be believed. $1 sites, $2 and $3 the first and the last day.
select distinct site_id, day
from rollup_dirty
where site_id = any($1::int[]) and day between $2 and $3 and not exits_only
