-- Which table needs the rows of which other one.
select distinct conrelid::regclass::text as name, confrelid::regclass::text as needs
from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid
