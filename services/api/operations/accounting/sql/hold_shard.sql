-- $1: shard. Its ingest stands still until this transaction ends.
select last_id, accepted, stream_total from ingest_offsets where shard = $1 for update
