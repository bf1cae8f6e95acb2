-- What waits, and since when. $1: now.
select
    (select count(*) from dead_letters) as dead_letters,
    (select count(*) from rollup_dirty where not exits_only) as dirty_days,
    (select min(marked_at) from rollup_dirty where not exits_only) as dirty_since,
    (select count(distinct (shard, id)) from rollup_deltas) as deltas,
    (select max(updated_at) from ingest_offsets) as stored_at,
    (select count(*) from site_deletions where finished_at is null) as deletions,
    (select count(*) from sites where retention_days is not null and deleted_at is null) as with_retention,
    (select count(*) from retention_runs where finished_at is null and began_at < $1::timestamptz - interval '1 day') as late_runs,
    to_regclass('visits_' || to_char($1::timestamptz at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is not null
        as next_month
