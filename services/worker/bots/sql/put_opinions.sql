-- $1 shard, $2 site, $3 now; $4 to $7: one array a column, reasons with commas between them.
insert into bot_opinions (shard, site_id, visitor_id, score, reasons, last_visit, computed_at)
select $1, $2, visitor_id, score, string_to_array(reasons, ','), last_visit, $3
from unnest($4::uuid[], $5::real[], $6::text[], $7::timestamptz[]) as n (visitor_id, score, reasons, last_visit)
on conflict (shard, site_id, visitor_id) do update
set score = excluded.score, reasons = excluded.reasons, last_visit = excluded.last_visit,
    computed_at = excluded.computed_at
