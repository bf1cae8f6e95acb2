-- The day of a site's first visit. $1: site.
select min(bucket) from rollups where site_id = $1 and grain = 1 and dimension = 0 and visits > 0
