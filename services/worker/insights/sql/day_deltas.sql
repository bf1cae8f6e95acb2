-- What is not in the rollups of a site's days yet. $1 site, $2 the last day.
select d.day, each.visits, each.pageviews, each.visitors
from rollup_deltas d
cross join lateral unnest(d.visits, d.pageviews, d.visitors) as each (visits, pageviews, visitors)
where d.site_id = $1 and d.dimension = 0 and d.day <= $2
