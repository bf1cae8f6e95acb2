-- The site cannot be deleted until this transaction ends; no row when it is being deleted already. $1 site.
select id from sites where id = $1 and deleted_at is null for share
