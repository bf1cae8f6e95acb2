-- As the worker wrote them: a shard after the other, in the order of time.
select * from events order by shard, ts
