-- Who came again from $2 on, and counts as a person: site and visitor. $1 shard.
select s.id as site_id, v.visitor_id
from sites s
cross join lateral (
    select distinct visitor_id
    from visits
    where shard = $1 and site_id = s.id and started_at >= $2 and bot_verdict = ''
) v
join visitors w on w.shard = $1 and w.site_id = s.id and w.visitor_id = v.visitor_id
where w.first_visit < w.last_visit
