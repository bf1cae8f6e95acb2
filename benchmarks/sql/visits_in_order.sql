-- As the worker wrote them: a shard after the other, in the order of time.
select * from visits order by shard, started_at
