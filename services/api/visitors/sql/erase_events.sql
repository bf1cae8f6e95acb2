-- The events of a visitor's visits. $1 shard, $2 site, $3 visitor; $4 and $5: of each visit, no event before and after.
delete from events e
using unnest($4::timestamptz[], $5::timestamptz[]) as visit (earliest, latest)
where e.shard = $1
    and e.site_id = $2
    and e.visitor_id = $3
    and e.ts >= visit.earliest
    and e.ts <= visit.latest
