-- What happened in visits, but for leaving a page. $1 shard, $2 site, $3 visitors and $4 starts, in pairs; $5 and $6:
-- the times of all of it.
select e.visitor_id, e.visit_started_at, e.ts, case e.kind when 1 then e.path end as path
from unnest($3::uuid[], $4::timestamptz[]) as n (visitor_id, started_at)
join events e on e.visitor_id = n.visitor_id and e.visit_started_at = n.started_at
where e.shard = $1 and e.site_id = $2 and e.ts >= $5 and e.ts <= $6 and e.kind <> 4
order by e.ts, e.id
