-- Everything that migrations made, and not the schema itself: extensions may have said that they live there.
do $$
declare
    each text;
begin
    for each in
        select oid::regclass::text
        from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
            and not exists (select 1 from pg_depend where objid = pg_class.oid and deptype = 'e')
    loop
        execute 'drop table if exists ' || each || ' cascade';
    end loop;
    for each in
        select oid::regprocedure::text
        from pg_proc
        where pronamespace = 'public'::regnamespace
            and not exists (select 1 from pg_depend where objid = pg_proc.oid and deptype = 'e')
    loop
        execute 'drop function if exists ' || each || ' cascade';
    end loop;
end
$$
