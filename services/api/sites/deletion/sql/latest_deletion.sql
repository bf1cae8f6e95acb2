-- $1: name of the site that was.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
where name = $1
order by requested_at desc, site_id desc
limit 1
