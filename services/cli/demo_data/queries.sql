-- name: demo_site
-- The site named $1, and whether it has visits from before the last two days.
select
    s.id,
    s.url,
    exists (select 1 from visits where site_id = s.id and started_at < now() - interval '2 days') as has_old_visits
from sites s
where s.name = $1 and s.deleted_at is null

-- name: shards
-- The number of shards of the install.
select shards from install
