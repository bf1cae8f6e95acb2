-- $1 shard, $2 site, $3 now; $4 to $7: one array a column, reasons with commas between them.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into bot_opinions (shard, site_id, visitor_id, score, reasons, last_visit, computed_at)
select o.shard, $2, n.visitor_id, n.score, string_to_array(n.reasons, ','), n.last_visit, $3
from ingest_offsets o
cross join unnest($4::uuid[], $5::real[], $6::text[], $7::timestamptz[]) as n (visitor_id, score, reasons, last_visit)
where o.shard = $1
on conflict (shard, site_id, visitor_id) do update
set score = excluded.score, reasons = excluded.reasons, last_visit = excluded.last_visit,
    computed_at = excluded.computed_at
