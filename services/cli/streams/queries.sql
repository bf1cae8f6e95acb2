-- name: is_worker_connected
-- Whether a worker is connected to this database.
select exists (select 1 from pg_stat_activity where datname = current_database() and application_name = 'worker')

-- name: reset_offset
-- Resets the offset of a moved shard. $1 shard, $2 its offset on the previous server, $3 the beginning of a stream.
update ingest_offsets set last_id = $3, stream_total = 0 where shard = $1 and last_id = $2

-- name: stored_offset
-- The offset up to which a shard's stream is stored. $1 shard.
select last_id from ingest_offsets where shard = $1

-- name: try_lock
-- Takes the lock against a second move, until the connection ends; false when another command has it.
select pg_try_advisory_lock(hashtext('move streams'))
