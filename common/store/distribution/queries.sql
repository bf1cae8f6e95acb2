-- name: unreachable_nodes
-- Other servers that do not respond or lack this database. Requires the extension.
select nodename || ':' || nodeport as node
from run_command_on_workers('select 1')
where not success
order by 1

-- name: distribute_table
-- $1 table, $2 column, $3 the table to colocate with, or none, $4 number of shards if there is none.
select pg_temp.distribute_table($1, $2, $3, $4)

-- name: distributed_tables
-- Requires the extension.
select logicalrelid::regclass::text as name from pg_dist_partition where partmethod = 'h'

-- name: lock_table
-- Locks a table until the transaction ends. $1: table.
select pg_temp.lock_table($1)

-- name: create_functions
-- Functions of this session.

-- Blocks all other access to the table until the transaction ends.
create or replace function pg_temp.lock_table(name text) returns void
language plpgsql as $$
begin
    execute format('lock table %I in access exclusive mode', name);
end
$$;

-- Merges the parts of each month into one table: Citus supports only one level of partitions.
create or replace function pg_temp.merge_month_parts(parent text) returns void
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

-- Distributes a table with its rows. colocated: the table whose shards are on the same servers, or none.
create or replace function pg_temp.distribute_table(name text, by_column text, colocated text, shards integer) returns void
language plpgsql as $$
declare
    policy text;
begin
    perform pg_temp.merge_month_parts(name);
    -- Citus rejects a policy with a subquery. This one is equivalent but evaluated for each row; fast for one site.
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
    if colocated = 'none' then
        perform create_distributed_table(name, by_column, colocate_with => colocated, shard_count => shards);
    else
        perform create_distributed_table(name, by_column, colocate_with => colocated);
    end if;
    -- The rows were copied to the shards: remove them from the disk of the coordinator.
    perform truncate_local_data_after_distributing_table(to_regclass(name));
end
$$;

-- name: count_nodes
-- Number of servers that accept shards. Requires the extension.
select count(*) from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary'

-- name: is_citus_available
-- Whether the server has the extension, created in this database or not.
select exists (select from pg_available_extensions where name = 'citus')

-- name: create_roles_on_nodes
-- The coordinator connects to the other servers as the role of the session. So the roles must exist there and be able to
-- log in; they have no password, so pg_hba.conf of those servers decides.
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
                raise exception 'the role % could not be created on %:%: %',
                    entered.rolname, answer.nodename, answer.nodeport, answer.result;
            end if;
        end loop;
        if not entered.rolcanlogin then
            execute format('alter role %I login', entered.rolname);
        end if;
    end loop;
end
$$

-- name: running_services
-- Services that are connected to this database.
select distinct application_name
from pg_stat_activity
where datname = current_database() and application_name in ('api', 'worker')
order by 1

-- name: distributable_tables
-- Tables to distribute, with their column; those with which others are colocated come first. The primary key of every table
-- that the ingest writes begins with the shard. Rollups are read and rebuilt by site.
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
