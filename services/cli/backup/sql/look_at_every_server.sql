-- Begins the snapshot of each server: all of them have some of these.
select count(*) from ingest_offsets union all select count(*) from rollup_state
