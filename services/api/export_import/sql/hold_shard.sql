-- Neither an ingest nor an erasure writes to the shard until this transaction ends. $1 shard.
select shard from ingest_offsets where shard = $1 for update
