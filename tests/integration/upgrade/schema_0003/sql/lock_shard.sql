-- $1: shard. The id up to which its stream is stored; no row when another worker has the shard.
select last_id from ingest_offsets where shard = $1 for update skip locked
