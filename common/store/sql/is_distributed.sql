-- Whether Citus has distributed the big tables: it puts a trigger on each. Asked this way, no server needs Citus to answer.
select exists (
    select 1
    from pg_trigger t
    join pg_proc p on p.oid = t.tgfoid
    where t.tgrelid = to_regclass('visits') and p.proname = 'citus_truncate_trigger'
)
