-- A week or a month as a whole. $1 site, $2 grain, $3 its first day.
select uniques as visitors, visits, pageviews
from rollups
where site_id = $1 and grain = $2 and dimension = 0 and bucket = $3
