-- How much of each site is in a month. $1 its begin (UTC), $2 its end.
select site_id, coalesce(v.visits, 0) as visits, coalesce(e.events, 0) as events
from (
    select site_id, count(*) as visits from visits where started_at >= $1 and started_at < $2 group by site_id
) as v
full join (
    select site_id, count(*) as events from events where ts >= $1 and ts < $2 group by site_id
) as e using (site_id)
order by site_id
