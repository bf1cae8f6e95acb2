-- Twice is as good as once; a run that has begun is not enough for who asks now. $1 site, $2 now.
insert into insight_requests (site_id, requested_at)
values ($1, $2)
on conflict (site_id) do update set requested_at = excluded.requested_at, attempts = 0
