-- name: request
-- Request a new computation. A later request replaces the earlier one, even if its run has started. $1 site, $2 now.
insert into insight_requests (site_id, requested_at)
values ($1, $2)
on conflict (site_id) do update set requested_at = excluded.requested_at, attempts = 0

-- name: pending_request
-- When a new computation was requested. No row when none is pending. $1 site, $2 attempts after which a request rests.
select requested_at from insight_requests where site_id = $1 and attempts < $2::smallint

-- name: latest
-- The latest insight of a kind. $1 site, $2 kind.
select computed_at, body from insights where site_id = $1 and kind = $2 order by computed_at desc limit 1
