-- The months of which there are partitions, the oldest first.
select distinct to_date(right(c.relname, 7), 'YYYY_MM') as month
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent in ('visits'::regclass, 'events'::regclass) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
order by month
