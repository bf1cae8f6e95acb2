-- name: alone
-- Whether nobody else moves streams; until the connection ends.
select pg_try_advisory_lock(hashtext('move streams'))

-- name: begin_anew
-- The shard's stream is another one, of which nothing is stored. $1 shard, $2 where it was when it left, $3 the beginning.
update ingest_offsets set last_id = $3, stream_total = 0 where shard = $1 and last_id = $2

-- name: offset
-- Up to where a shard's stream is stored. $1 shard.
select last_id from ingest_offsets where shard = $1

-- name: workers
-- Whether a worker is connected to this database.
select exists (select 1 from pg_stat_activity where datname = current_database() and application_name = 'worker')
