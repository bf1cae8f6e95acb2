-- The site itself goes last, and frees its name. $1: site, $2: now.
with finished as (
    update site_deletions
    set finished_at = $2,
        rows_total = rows_deleted
    where site_id = $1 and finished_at is null
    returning site_id
)
delete from sites where id in (select site_id from finished)
