-- $1: how many shards. Each starts at the beginning of its stream.
insert into ingest_offsets (shard, last_id, updated_at)
select shard, '0-0', now() from generate_series(0, $1::int - 1) as shard
on conflict do nothing
