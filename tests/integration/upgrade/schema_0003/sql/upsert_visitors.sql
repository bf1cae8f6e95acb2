-- $1: shard; $2 to $5: one array a column, each visitor once.
insert into visitors (shard, site_id, visitor_id, first_visit, last_visit)
select $1, site_id, visitor_id, first_visit, last_visit
from unnest($2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    as n (site_id, visitor_id, first_visit, last_visit)
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)
