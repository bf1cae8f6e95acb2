-- Sites that are not deleted.
select id from sites where deleted_at is null order by id
