-- name: demo_site
-- $1: name of the site. Whether anything older than two days is stored of it.
select
    s.id,
    s.url,
    exists (select 1 from visits where site_id = s.id and started_at < now() - interval '2 days') as has_past
from sites s
where s.name = $1 and s.deleted_at is null

-- name: shards
select shards from install
