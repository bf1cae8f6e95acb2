-- Beacons accounted for: what collectors put on the streams, beside what became of it (ingest_counts).
alter table ingest_offsets
    -- Beacons that ever came onto the shard's stream, up to last_id, by the stream's own count.
    add column accepted bigint not null default 0,
    -- The stream's count at last_id. It begins anew with an emptied Redis; accepted does not.
    add column stream_total bigint not null default 0;

create table ingest_accepted (
    shard smallint not null,
    -- 0: cannot be told.
    site_id integer not null,
    beacons bigint not null,
    primary key (shard, site_id)
);

-- What was read before anybody counted it apart.
update ingest_offsets o
set accepted = coalesce((select sum(c.beacons) from ingest_counts c where c.shard = o.shard), 0);
insert into ingest_accepted (shard, site_id, beacons)
select shard, site_id, sum(beacons) from ingest_counts group by shard, site_id;
