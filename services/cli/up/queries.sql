-- name: block_programs
-- $1: site, $2: now. $3: ids, $4: kinds, $5: values, one each for an override that keeps programs apart.
insert into bot_overrides (id, site_id, kind, value, action, created_at)
select id, $1, kind, value, 'block', $2
from unnest($3::uuid[], $4::text[], $5::text[]) as wanted (id, kind, value)
