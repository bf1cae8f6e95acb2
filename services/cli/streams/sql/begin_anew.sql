-- The shard's stream is another one, of which nothing is stored. $1 shard, $2 where it was when it left, $3 the beginning.
update ingest_offsets set last_id = $3, stream_total = 0 where shard = $1 and last_id = $2
