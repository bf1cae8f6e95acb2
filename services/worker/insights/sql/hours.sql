-- Visits by the UTC moment at which an hour of the site's clock begins. $1 site, $2 the first and $3 the last day.
select value as hour, sum(visits)::bigint as visits
from rollups
where site_id = $1 and grain = 1 and dimension = 1 and bucket between $2 and $3
group by value
