-- The goals of a site, by name. $1: site.
select id, name, page, event, properties, created_at
from goals
where site_id = $1
order by name collate "C"
