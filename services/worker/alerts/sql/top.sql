-- What had the most visitors. $1 site, $2 grain, $3 first day, $4 dimension, $5 how many.
select value, uniques as visitors
from rollups
where site_id = $1 and grain = $2 and bucket = $3 and dimension = $4 and value <> ''
order by uniques desc, value
limit $5
