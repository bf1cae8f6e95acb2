-- $1: shard, $2: the last stream id that this transaction stores, $3: now.
update ingest_offsets set last_id = $2, updated_at = $3 where shard = $1
