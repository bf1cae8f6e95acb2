-- name: nodes
-- The other servers of a distributed database, whether they are reachable, and their part of the database in bytes.
select nodename || ':' || nodeport as node, success, result
from run_command_on_workers('select pg_database_size(current_database())')
order by 1

-- name: pending_work
-- Work that waits for the workers, and since when. $1 now.
select
    (select count(*) from dead_letters) as dead_letters,
    (select count(*) from stale_days where not exits_only) as stale_days,
    (select min(marked_at) from stale_days where not exits_only) as stale_since,
    (select count(distinct (shard, id)) from rollup_deltas) as deltas,
    (select count(*) from site_deletions where finished_at is null) as site_deletions,
    (select count(*) from sites where retention_days is not null and deleted_at is null) as sites_with_retention,
    (select count(*) from data_retention_runs where finished_at is null and started_at < $1::timestamptz - interval '1 day')
        as late_retention_runs,
    to_regclass('visits_' || to_char($1::timestamptz at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is not null
        as has_next_month

-- name: revision
-- The schema revision of the database; no row before the first migration.
select version_num from alembic_version

-- name: server
-- Version, clock, connections and size of the database server.
select
    current_setting('server_version') as version,
    clock_timestamp() as now,
    current_setting('max_connections')::int as max_connections,
    (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
    pg_database_size(current_database()) as bytes,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit
