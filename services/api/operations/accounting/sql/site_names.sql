-- Ids and names of all sites that are not deleted.
select id, name from sites where deleted_at is null
