-- $1: name. A site that is there and not being deleted.
select id, timezone, exists (select from visits where site_id = sites.id) as has_visits
from sites
where name = $1 and deleted_at is null
