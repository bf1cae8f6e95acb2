-- Every table that holds rows, with the one that it is a part of, at whichever level, and its columns in order.
select
    c.relname as name,
    coalesce(p.relname, c.relname) as parent,
    array(
        select attname::text
        from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum
    ) as columns
from pg_class c
left join pg_class p on p.oid = pg_partition_root(c.oid)
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'alembic_version'
order by c.relname
