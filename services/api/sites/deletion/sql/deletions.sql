-- The latest first.
select name, requested_at, rows_total, rows_deleted, finished_at
from site_deletions
order by requested_at desc, site_id desc
