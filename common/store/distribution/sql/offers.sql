-- Whether the server has the extension, in this database or to be made in it.
select exists (select from pg_available_extensions where name = 'citus')
