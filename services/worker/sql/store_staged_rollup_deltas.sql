-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into rollup_deltas select * from staged_rollup_deltas returning shard
