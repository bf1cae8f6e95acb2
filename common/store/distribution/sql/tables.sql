-- The tables that are to be distributed, and by which column; those that others are put beside come first.
-- Whatever the ingest writes has a key that starts with the shard. Rollups are read and made by site.
select
    c.relname::text as name,
    k.attname::text as by,
    coalesce(
        (select sum(pg_total_relation_size(t.relid)) from pg_partition_tree(c.oid) as t),
        pg_total_relation_size(c.oid)
    )::bigint as bytes
from pg_class c
join pg_index i on i.indrelid = c.oid and i.indisprimary
join pg_attribute k on k.attrelid = c.oid and k.attnum = i.indkey[0]
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and (k.attname = 'shard' or c.relname in ('rollups', 'rollup_state'))
order by c.relname not in ('visitors', 'rollups'), c.relname
