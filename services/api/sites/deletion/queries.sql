-- name: deletions
-- The latest first.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
order by requested_at desc, site_id desc

-- name: latest_deletion
-- $1: name of the site that was.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
where name = $1
order by requested_at desc, site_id desc
limit 1

-- name: request_deletion
-- $1 site, $2 user, $3 now. No row when the site is gone, or being deleted, already.
with hidden as (
    update sites set deleted_at = $3 where id = $1 and deleted_at is null returning id, name
)
insert into site_deletions (site_id, name, requested_by, requested_at)
select id, name, $2, $3
from hidden
returning name, requested_at, rows_total, rows_deleted, finished_at
