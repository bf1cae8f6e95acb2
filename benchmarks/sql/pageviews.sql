-- $1: site. Page views in all of its months.
select coalesce(sum(pageviews), 0)::bigint as pageviews from rollups where site_id = $1 and grain = $2 and dimension = $3
