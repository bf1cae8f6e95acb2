-- The other servers that do not answer, or have not this database. Only where the extension is.
select nodename || ':' || nodeport as node
from run_command_on_workers('select 1')
where not success
order by 1
