-- name: ask
-- Twice is as good as once; a run that has begun is not enough for who asks now. $1 site, $2 now.
insert into insight_requests (site_id, requested_at)
values ($1, $2)
on conflict (site_id) do update set requested_at = excluded.requested_at, attempts = 0

-- name: asked
-- Since when a worker is to look again; null or no row: it is not. $1 site, $2 attempts after which a request rests.
select requested_at from insight_requests where site_id = $1 and attempts < $2::smallint

-- name: newest
-- The newest insight of a kind. $1 site, $2 kind.
select computed_at, body from insights where site_id = $1 and kind = $2 order by computed_at desc limit 1
