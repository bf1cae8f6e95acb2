-- What differed most from the same weekdays before. $1 site, $2 dimension, $3 the day, $4 the days before, $5 whether page
-- views count and not visits, $6 how many.
select
    value,
    coalesce(sum(counted) filter (where bucket = $3), 0)::bigint as now,
    coalesce(array_agg(counted) filter (where bucket <> $3), '{}') as before
from (
    select value, bucket, case when $5::boolean then pageviews else visits end as counted
    from rollups
    where site_id = $1 and grain = 1 and dimension = $2 and bucket = any($4::date[] || $3::date)
) as days
group by value
order by abs(
    coalesce(sum(counted) filter (where bucket = $3), 0)
    - coalesce(sum(counted) filter (where bucket <> $3), 0) / cardinality($4::date[])
) desc
limit $6
