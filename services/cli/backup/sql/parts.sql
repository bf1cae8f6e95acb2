-- Into how many parts the big tables of a distributed database are divided.
select shard_count from citus_tables where table_name = 'visits'::regclass
