-- $1: shard, $2: the last stream id that this transaction stores, $3: now, $4: how many beacons came onto the stream with
-- it, $5: the stream's own count.
update ingest_offsets
set last_id = $2, updated_at = $3, accepted = accepted + $4, stream_total = $5
where shard = $1
