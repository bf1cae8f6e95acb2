-- Whether the extension that distributes tables is in this database.
select exists (select 1 from pg_extension where extname = 'citus')
