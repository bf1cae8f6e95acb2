-- Services that work on this database now.
select distinct application_name
from pg_stat_activity
where datname = current_database() and application_name in ('api', 'worker')
order by 1
