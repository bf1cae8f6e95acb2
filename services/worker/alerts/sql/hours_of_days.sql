-- Visits by hour, of some days. $1 site, $2 days.
select day, hour, sum(visits)::bigint as visits
from (
    select bucket as day, value as hour, visits
    from rollups
    where site_id = $1 and grain = 1 and dimension = 1 and bucket = any($2::date[])
    union all
    select d.day, each.hour, each.visits
    from rollup_deltas d
    cross join lateral unnest(d."values", d.visits) as each (hour, visits)
    where d.site_id = $1 and d.dimension = 1 and d.day = any($2::date[])
) as counted
group by day, hour
