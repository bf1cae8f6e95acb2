-- How many different paths visitors looked at. $1 shard, $2 site, $3 visitors, $4 starts and $5 ends of their visits.
select e.visitor_id, count(distinct e.path) as paths
from unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as n (visitor_id, started_at, ended_at)
cross join lateral (
    select visitor_id, path
    from events
    where shard = $1 and site_id = $2 and kind = 1 and visitor_id = n.visitor_id and visit_started_at = n.started_at
        and ts >= n.started_at - interval '30 minutes' and ts <= n.ended_at
) e
group by e.visitor_id
