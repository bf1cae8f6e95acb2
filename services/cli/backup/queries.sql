-- name: counts
-- The rows of every table with all its parts, counted one by one.
select relname::text as name, pg_temp.count_rows(relname::text) as rows
from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version'

-- name: drop_everything
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

-- name: ensure_partition
-- $1: the partitioned table, $2: its part, with the month in its name.
select ensure_partition($1, to_date(substring($2 from '_([0-9]{4}_[0-9]{2})'), 'YYYY_MM'))

-- name: has_schema
select to_regclass('public.alembic_version') is not null

-- name: hold_rollups
-- Rollups of no site change until this transaction ends: shares the lock with reports, and keeps the worker waiting.
select count(pg_advisory_xact_lock_shared(2, id)) from sites

-- name: hold_shard
-- Neither an ingest nor a correction writes to the shard until this transaction ends. $1 shard.
select shard from ingest_offsets where shard = $1 for update

-- name: install
-- The facts that were fixed when this install was created.
select shards, created_at from install

-- name: is_empty
-- Whether nobody has put anything into the database yet.
select not exists (select 1 from users) and not exists (select 1 from sites) and not exists (select 1 from visits)
    and not exists (select 1 from audit_log)

-- name: look_at_every_server
-- Begins the snapshot of each server: all of them have some of these.
select count(*) from ingest_offsets union all select count(*) from rollup_state

-- name: make_counter
-- For this session only: how many rows a table has.
create or replace function pg_temp.count_rows(name text) returns bigint
language plpgsql as $$
declare
    found bigint;
begin
    execute format('select count(*) from %I', name) into found;
    return found;
end
$$

-- name: make_room
-- What migrations put into a new database, and the backup has as well.
delete from install;
delete from ingest_offsets;

-- name: one_session_a_server
-- Each server of a distributed database has one session for this transaction, and so one snapshot.
set local citus.max_adaptive_executor_pool_size = 1

-- name: parts
-- Into how many parts the big tables of a distributed database are divided.
select shard_count from citus_tables where table_name = 'visits'::regclass

-- name: references
-- Which table needs the rows of which other one.
select distinct conrelid::regclass::text as name, confrelid::regclass::text as needs
from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid

-- name: revision
-- Which revision of the schema the database has; no row before the first.
select version_num from alembic_version

-- name: sequences
-- Which numbers were given; null: none yet.
select sequencename::text as name, last_value from pg_sequences where schemaname = 'public'

-- name: services
-- Services that work on this database now.
select distinct application_name
from pg_stat_activity
where datname = current_database() and application_name in ('api', 'worker')
order by 1

-- name: set_sequence
-- $1: its name, $2: the last number that it gave.
select setval(format('%I', $1::text)::regclass, $2)

-- name: shards
-- The shards of the install, in their order.
select shard::smallint from install, generate_series(0, shards - 1) as shard order by shard

-- name: tables
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
