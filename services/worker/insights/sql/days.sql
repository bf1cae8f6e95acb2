-- What rollups say of a site's days. $1 site, $2 the last day.
select bucket as day, visits, pageviews, uniques
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket <= $2
order by bucket
