-- The events of visits that have become other people's. $1 shard, $2 site; $3 to $5, one array a column; $6 and $7:
-- the times of all of them.
update events e
set is_bot = n.is_bot
from unnest($3::uuid[], $4::timestamptz[], $5::boolean[]) as n (visitor_id, started_at, is_bot)
where e.shard = $1
    and e.site_id = $2
    and e.visitor_id = n.visitor_id
    and e.visit_started_at = n.started_at
    and e.ts >= $6
    and e.ts <= $7
