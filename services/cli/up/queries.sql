-- name: insert_overrides
-- Overrides that block bots. $1 site, $2 now; $3 ids, $4 kinds and $5 values have one entry for each override.
insert into bot_overrides (id, site_id, kind, value, action, created_at)
select id, $1, kind, value, 'block', $2
from unnest($3::uuid[], $4::text[], $5::text[]) as wanted (id, kind, value)
