-- name: nodes
-- The other servers of a distributed database, whether they answer, and how much of it each has, in bytes.
select nodename || ':' || nodeport as node, success, result
from run_command_on_workers('select pg_database_size(current_database())')
order by 1

-- name: revision
-- Which revision of the schema the database has; no row before the first.
select version_num from alembic_version

-- name: server
-- The server's version and clock, its limit and use of connections, and the size of this database.
select
    current_setting('server_version') as version,
    clock_timestamp() as now,
    current_setting('max_connections')::int as max_connections,
    (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
    pg_database_size(current_database()) as bytes,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit

-- name: state
-- What waits, and since when. $1: now.
select
    (select count(*) from dead_letters) as dead_letters,
    (select count(*) from stale_days where not exits_only) as dirty_days,
    (select min(marked_at) from stale_days where not exits_only) as dirty_since,
    (select count(distinct (shard, id)) from rollup_deltas) as deltas,
    (select max(updated_at) from ingest_offsets) as stored_at,
    (select count(*) from site_deletions where finished_at is null) as deletions,
    (select count(*) from sites where retention_days is not null and deleted_at is null) as with_retention,
    (select count(*) from data_retention_runs where finished_at is null and started_at < $1::timestamptz - interval '1 day') as late_runs,
    to_regclass('visits_' || to_char($1::timestamptz at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is not null
        as next_month
