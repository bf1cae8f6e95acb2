-- The shards of the install, in their order.
select shard::smallint from install, generate_series(0, shards - 1) as shard order by shard
