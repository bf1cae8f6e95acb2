-- The server's version and clock, its limit and use of connections, and the size of this database.
select
    current_setting('server_version') as version,
    clock_timestamp() as now,
    current_setting('max_connections')::int as max_connections,
    (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
    pg_database_size(current_database()) as bytes,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit
