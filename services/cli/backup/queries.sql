-- name: citus_shard_count
-- The number of Citus shards of the large tables of a distributed database.
select shard_count from citus_tables where table_name = 'visits'::regclass

-- name: create_row_counter
-- A function, for this session only, that counts the rows of a table.
create or replace function pg_temp.count_rows(name text) returns bigint
language plpgsql as $$
declare
    found bigint;
begin
    execute format('select count(*) from %I', name) into found;
    return found;
end
$$

-- name: delete_initial_rows
-- Rows that migrations insert into a new database; the backup contains them too.
delete from install;
delete from ingest_offsets;

-- name: drop_tables_and_functions
-- Everything that migrations created. Not the schema itself, because extensions may be installed in it.
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

-- name: ensure_partition
-- Creates a partition. $1 the partitioned table, $2 the partition, whose name contains its month.
select ensure_partition($1, to_date(substring($2 from '_([0-9]{4}_[0-9]{2})'), 'YYYY_MM'))

-- name: has_schema
-- Whether the database was ever migrated.
select to_regclass('public.alembic_version') is not null

-- name: install
-- What was fixed when this install was created.
select shards, created_at from install

-- name: is_empty
-- Whether the database has no users, sites, visits or audit events.
select not exists (select 1 from users) and not exists (select 1 from sites) and not exists (select 1 from visits)
    and not exists (select 1 from audit_log)

-- name: lock_rollups
-- Blocks changes of rollups until this transaction ends. Shares the lock with reports, and makes the worker wait.
select count(pg_advisory_xact_lock_shared(2, id)) from sites

-- name: references
-- The tables that each table references.
select distinct conrelid::regclass::text as name, confrelid::regclass::text as referenced
from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid

-- name: revision
-- The schema revision of the database; no row before the first migration.
select version_num from alembic_version

-- name: row_counts
-- The number of rows of every table, including its partitions.
select relname::text as name, pg_temp.count_rows(relname::text) as rows
from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version'

-- name: running_services
-- Services that are connected to this database.
select distinct application_name
from pg_stat_activity
where datname = current_database() and application_name in ('api', 'worker')
order by 1

-- name: sequences
-- The last value of every sequence; null when it was never used.
select sequencename::text as name, last_value from pg_sequences where schemaname = 'public'

-- name: set_sequence
-- $1 name of the sequence, $2 its last value.
select setval(format('%I', $1::text)::regclass, $2)

-- name: shards
-- The shards of the install, in order.
select shard::smallint from install, generate_series(0, shards - 1) as shard order by shard

-- name: start_server_snapshots
-- Reads tables of which every server has a part, which starts the snapshot of each server.
select count(*) from ingest_offsets union all select count(*) from rollup_state

-- name: tables
-- Every table with rows, the partitioned table at the top of it, and its columns in order.
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

-- name: use_one_session_per_server
-- One session, and so one snapshot, on each server of a distributed database during this transaction.
set local citus.max_adaptive_executor_pool_size = 1
