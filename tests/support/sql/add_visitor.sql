insert into visitors (shard, site_id, visitor_id, first_visit, last_visit) values ($1, $2, $3, $4, $4)
on conflict (shard, site_id, visitor_id) do update
set first_visit = least(visitors.first_visit, excluded.first_visit),
    last_visit = greatest(visitors.last_visit, excluded.last_visit)
