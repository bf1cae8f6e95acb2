-- The latest run of each site tells of the month, too. $1 sites, $2 visits and $3 events that went of each.
update retention_runs r
set visits = r.visits + n.visits, events = r.events + n.events, months_dropped = r.months_dropped + 1
from unnest($1::int[], $2::bigint[], $3::bigint[]) as n (site_id, visits, events)
where r.site_id = n.site_id
    and r.kept_from = (select max(kept_from) from retention_runs where site_id = n.site_id)
