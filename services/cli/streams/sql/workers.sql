-- Whether a worker is connected to this database.
select exists (select 1 from pg_stat_activity where datname = current_database() and application_name = 'worker')
