-- $1: site. No row when it is deleted.
select id, timezone from sites where id = $1 and deleted_at is null
