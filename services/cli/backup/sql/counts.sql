-- The rows of every table, counted one by one.
select relname::text as name, pg_temp.count_rows(relname::text) as rows
from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'alembic_version'
