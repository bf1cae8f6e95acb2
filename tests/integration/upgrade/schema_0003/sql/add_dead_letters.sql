-- $1: shard, $2: now; $3 to $7: one array a column.
insert into dead_letters (shard, failed_at, id, site_id, received_at, error, payload)
select $1, $2, id, site_id, received_at, error, payload
from unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::text[], $7::bytea[])
    as n (id, site_id, received_at, error, payload)
on conflict do nothing
