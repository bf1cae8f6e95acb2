-- $1: shard, $2: now; $3 to $7: one array a column.
-- By way of the shard's own row, so that a distributed database hands all of it to the one server that has the shard.
insert into dead_letters (shard, failed_at, id, site_id, received_at, error, payload)
select o.shard, $2, n.id, n.site_id, n.received_at, n.error, n.payload
from ingest_offsets o
cross join unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::text[], $7::bytea[])
    as n (id, site_id, received_at, error, payload)
where o.shard = $1
on conflict do nothing
