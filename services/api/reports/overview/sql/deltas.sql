-- What is not in the rollups yet. $1 sites, $2 and $3 the first and the last day.
select d.site_id, d.day, each.visits, each.pageviews, each.visitors
from rollup_deltas d
cross join lateral unnest(d.visits, d.pageviews, d.visitors) as each (visits, pageviews, visitors)
where d.site_id = any($1::int[]) and d.dimension = 0 and d.day between $2 and $3
