-- $1: name. A site that is there and not being deleted.
select id, timezone
from sites
where name = $1 and deleted_at is null
