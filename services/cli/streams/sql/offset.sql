-- Up to where a shard's stream is stored. $1 shard.
select last_id from ingest_offsets where shard = $1
