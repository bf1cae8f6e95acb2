-- $1: shard. Up to where its stream is stored; no row when another worker has the shard.
select last_id, stream_total from ingest_offsets where shard = $1 for update skip locked
