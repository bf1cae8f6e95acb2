-- $1 shard, $2 site; $3 to $5: one array a column, each visitor once.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit)
select o.shard, $2, n.visitor_id, n.first_visit, n.last_visit
from ingest_offsets o
cross join unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as n (visitor_id, first_visit, last_visit)
where o.shard = $1
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)
where excluded.first_visit < visitors.first_visit or excluded.last_visit > visitors.last_visit
