-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into visits select * from staged_visits returning shard
