-- The rows of every table with all its parts, counted one by one.
select relname::text as name, pg_temp.count_rows(relname::text) as rows
from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version'
