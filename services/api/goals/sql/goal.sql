-- $1 goal, $2 site.
select id, name, page, event, properties, created_at
from goals
where id = $1 and site_id = $2
