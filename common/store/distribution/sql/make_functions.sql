-- For one transaction's use.

-- Nobody else reads or writes the table until the transaction ends.
create or replace function pg_temp.lock_table(name text) returns void
language plpgsql as $$
begin
    execute format('lock table %I in access exclusive mode', name);
end
$$;

-- Makes one table of each month that is in several parts: Citus knows partitions of one level only.
create or replace function pg_temp.make_months_whole(parent text) returns void
language plpgsql as $$
declare
    month text;
    bounds text;
begin
    for month, bounds in
        select c.relname, pg_get_expr(c.relpartbound, c.oid)
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass(parent) and c.relkind = 'p'
    loop
        execute format('alter table %I detach partition %I', parent, month);
        execute format('alter table %I rename to %I', month, month || '_parts');
        execute format('create table %I (like %I including defaults including constraints)', month, parent);
        if parent = 'visits' then
            execute format('alter table %I set (fillfactor = 85)', month);
        end if;
        execute format('insert into %I select * from %I', month, month || '_parts');
        execute format('drop table %I', month || '_parts');
        execute format('alter table %I attach partition %I %s', parent, month, bounds);
    end loop;
end
$$;

-- Distributes a table with all that is in it. beside: a table whose shards lie on the same servers, or none.
create or replace function pg_temp.distribute_table(name text, by_column text, beside text, shards integer) returns void
language plpgsql as $$
declare
    policy text;
begin
    perform pg_temp.make_months_whole(name);
    -- Citus refuses a policy with a sub-query. This one says the same, for every row anew; quickly where one site is open.
    select pg_get_expr(polqual, polrelid) into policy
    from pg_policy
    where polrelid = to_regclass(name) and polname = 'sites_in_reach';
    if policy is not null then
        execute format('drop policy sites_in_reach on %I', name);
        execute format(
            'create policy sites_in_reach on %I using (%s'
            'site_id::text = current_setting(''pyuniqvisit.sites'', true)'
            ' or site_id = any(string_to_array(current_setting(''pyuniqvisit.sites'', true), '','')::integer[]))',
            name, case when policy like '%site_id IS NULL%' then 'site_id is null or ' else '' end
        );
    end if;
    if beside = 'none' then
        perform create_distributed_table(name, by_column, colocate_with => beside, shard_count => shards);
    else
        perform create_distributed_table(name, by_column, colocate_with => beside);
    end if;
    -- Rows from before are on the shards now, and on the coordinator's disk no more.
    perform truncate_local_data_after_distributing_table(to_regclass(name));
end
$$;
