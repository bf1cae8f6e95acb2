-- Up to where each shard's stream is stored.
select shard, last_id from ingest_offsets
