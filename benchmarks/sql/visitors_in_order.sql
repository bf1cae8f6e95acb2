-- A shard after the other.
select * from visitors order by shard
