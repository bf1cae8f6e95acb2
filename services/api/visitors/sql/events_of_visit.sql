-- The events of one visit, oldest first.
-- $1 shard, $2 site, $3 visitor, $4 when the visit began, $5 no event before, $6 no event after, $7 how many.
select id, ts as time, kind, hostname, path, name, props, engaged_ms, scroll
from events
where shard = $1 and site_id = $2 and visitor_id = $3 and visit_started_at = $4 and ts >= $5 and ts <= $6
order by ts, id
limit $7
