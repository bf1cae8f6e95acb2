-- The other servers of a distributed database, whether they answer, and how much of it each has, in bytes.
select nodename || ':' || nodeport as node, success, result
from run_command_on_workers('select pg_database_size(current_database())')
order by 1
