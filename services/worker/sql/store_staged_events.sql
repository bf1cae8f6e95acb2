-- Giving something back has a distributed database say which kind of error it was; of a COPY it does not.
insert into events select * from staged_events returning shard
