-- name: away
-- The other servers that do not answer, or have not this database. Only where the extension is.
select nodename || ':' || nodeport as node
from run_command_on_workers('select 1')
where not success
order by 1

-- name: distribute_table
-- $1 table, $2 column, $3 the table beside which its shards lie, or none, $4 how many shards where there is none.
select pg_temp.distribute_table($1, $2, $3, $4)

-- name: distributed
-- The tables that are distributed. Only where the extension is.
select logicalrelid::regclass::text as name from pg_dist_partition where partmethod = 'h'

-- name: lock_table
-- $1 table. Until the transaction ends.
select pg_temp.lock_table($1)

-- name: make_functions
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
    where polrelid = to_regclass(name) and polname = 'visible_sites';
    if policy is not null then
        execute format('drop policy visible_sites on %I', name);
        execute format(
            'create policy visible_sites on %I using (%s'
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

-- name: nodes
-- How many servers take shards. Only where the extension is.
select count(*) from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary'

-- name: offers
-- Whether the server has the extension, in this database or to be made in it.
select exists (select from pg_available_extensions where name = 'citus')

-- name: open_roles
-- The coordinator speaks to the other servers as the role that a session has entered. So there the roles have to be, and
-- may log in; without a password, so whether they can is for those servers' pg_hba.conf to say.
do $$
declare
    entered record;
    attributes text;
    answer record;
begin
    for entered in
        select rolname, rolbypassrls, rolcanlogin
        from pg_roles
        where rolname in ('pyuniqvisit_api', 'pyuniqvisit_worker')
    loop
        attributes := 'login' || case when entered.rolbypassrls then ' bypassrls' else '' end;
        for answer in
            select *
            from run_command_on_workers(format(
                'do $make$ begin if to_regrole(%L) is null then create role %I %s; end if; end $make$',
                entered.rolname, entered.rolname, attributes
            ))
        loop
            if not answer.success then
                raise exception 'the role % could not be made on %:%: %',
                    entered.rolname, answer.nodename, answer.nodeport, answer.result;
            end if;
        end loop;
        if not entered.rolcanlogin then
            execute format('alter role %I login', entered.rolname);
        end if;
    end loop;
end
$$

-- name: services
-- Services that work on this database now.
select distinct application_name
from pg_stat_activity
where datname = current_database() and application_name in ('api', 'worker')
order by 1

-- name: tables
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
