-- The first day of the site's calendar on which a visit began. $1 site.
select min(day)
from (
    (
        select bucket as day
        from rollups
        where site_id = $1 and grain = 1 and dimension = 0 and visits > 0
        order by bucket
        limit 1
    )
    union all
    select min(day) from rollup_deltas where site_id = $1 and dimension = 0
) as days
