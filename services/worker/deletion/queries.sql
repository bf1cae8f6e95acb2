-- name: add_deleted_rows
-- Adds numbers of deleted rows to the run.
update data_retention_runs
set visits = visits + :visits, events = events + :events, visitors = visitors + :visitors,
    dead_letters = dead_letters + :dead_letters
where site_id = :site_id and kept_from = :kept_from

-- name: add_dropped_month
-- Adds a dropped month to the latest run of each site. $1 sites, $2 visits and $3 events that each of them lost.
update data_retention_runs r
set visits = r.visits + n.visits, events = r.events + n.events, months_dropped = r.months_dropped + 1
from unnest($1::int[], $2::bigint[], $3::bigint[]) as n (site_id, visits, events)
where r.site_id = n.site_id
    and r.kept_from = (select max(kept_from) from data_retention_runs where site_id = n.site_id)

-- name: begin_run
-- $1 site, $2 first kept day, $3 now.
insert into data_retention_runs (site_id, kept_from, started_at) values ($1, $2, $3) on conflict do nothing

-- name: count_site_rows
-- All rows that the deletion of a site deletes. $1 site.
select (select count(*) from events where site_id = $1)
    + (select count(*) from visits where site_id = $1)
    + (select count(*) from visitors where site_id = $1)
    + (select count(*) from dead_letters where site_id = $1)
    + (select count(*) from rollup_deltas where site_id = $1)
    + (select count(*) from rollups where site_id = $1)
    + (select count(*) from stale_days where site_id = $1)
    + (select count(*) from rollup_state where site_id = $1)
    + (select count(*) from visitor_notes where site_id = $1)
    + (select count(*) from visitor_erasures where site_id = $1)
    + (select count(*) from insights where site_id = $1)
    + (select count(*) from bot_candidates where site_id = $1)
    + (select count(*) from bot_scores where site_id = $1)

-- name: days_with_data
-- Days on which a site has data. $1 site, $2 first day, $3 last day.
select distinct bucket from rollups where site_id = $1 and grain = 1 and dimension = 0 and bucket between $2 and $3
union
select distinct day from rollup_deltas where site_id = $1 and dimension = 0 and day between $2 and $3
order by 1

-- name: delete_bot_candidates
-- $1 shard, $2 site, $3 begin of the first kept day.
delete from bot_candidates where shard = $1 and site_id = $2 and started_at < $3

-- name: delete_dead_letters
-- $1 shard, $2 site, $3 begin of the first kept day.
delete from dead_letters where shard = $1 and site_id = $2 and coalesce(received_at, failed_at) < $3

-- name: delete_events
-- The oldest expired events, about $5, and their days. Events of a visit that began on a kept day are kept. $1 shard,
-- $2 site, $3 begin of the first kept day, $4 time zone.
with deleted as (
    delete from events
    where shard = $1
        and site_id = $2
        and ts < $3
        and visit_started_at < $3
        and ts <= coalesce(
            (
                select ts
                from events
                where shard = $1 and site_id = $2 and ts < $3 and visit_started_at < $3
                order by ts
                offset $5 - 1
                limit 1
            ),
            $3
        )
    returning ts, visit_started_at
)
select
    (select count(*) from deleted) as rows,
    array(
        select (ts at time zone $4)::date from deleted
        union
        select (visit_started_at at time zone $4)::date from deleted
    ) as days

-- name: delete_old_runs
-- Runs that started before $1.
delete from data_retention_runs where started_at < $1

-- name: delete_site_bot_candidates
-- $1 site.
delete from bot_candidates where site_id = $1

-- name: delete_site_bot_scores
-- $1 site.
delete from bot_scores where site_id = $1

-- name: delete_site_dead_letters
-- About $3 rows of a shard, a range of its key. $1 site, $2 shard, $3 how many.
delete from dead_letters
where shard = $2
    and site_id = $1
    and id <= coalesce(
        (
            select id
            from dead_letters
            where shard = $2 and site_id = $1
            order by id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- name: delete_site_events
-- About $3 rows of a shard, a range of its key. $1 site, $2 shard, $3 how many.
delete from events
where shard = $2
    and site_id = $1
    and ts <= coalesce(
        (
            select ts
            from events
            where shard = $2 and site_id = $1
            order by ts
            offset $3 - 1
            limit 1
        ),
        'infinity'
    )

-- name: delete_site_insights
-- $1 site.
delete from insights where site_id = $1

-- name: delete_site_rollup_deltas
-- About $3 rows of a shard, a range of its key. $1 site, $2 shard, $3 how many.
delete from rollup_deltas
where shard = $2
    and site_id = $1
    and id <= coalesce(
        (
            select id
            from rollup_deltas
            where shard = $2 and site_id = $1
            order by id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- name: delete_site_rollup_state
-- $1 site.
delete from rollup_state where site_id = $1

-- name: delete_site_rollups
-- $1 site.
delete from rollups where site_id = $1

-- name: delete_site_stale_days
-- $1 site.
delete from stale_days where site_id = $1

-- name: delete_site_visitor_erasures
-- $1 site.
delete from visitor_erasures where site_id = $1

-- name: delete_site_visitor_notes
-- $1 site.
delete from visitor_notes where site_id = $1

-- name: delete_site_visitors
-- About $3 rows of a shard, a range of its key. $1 site, $2 shard, $3 how many.
delete from visitors
where shard = $2
    and site_id = $1
    and visitor_id <= coalesce(
        (
            select visitor_id
            from visitors
            where shard = $2 and site_id = $1
            order by visitor_id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- name: delete_site_visits
-- About $3 rows of a shard, a range of its key. $1 site, $2 shard, $3 how many.
delete from visits
where shard = $2
    and site_id = $1
    and visitor_id <= coalesce(
        (
            select visitor_id
            from visits
            where shard = $2 and site_id = $1
            order by visitor_id
            offset $3 - 1
            limit 1
        ),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    )

-- name: delete_visitors
-- Of the next $5 visitors after $4, those without visits since, with their notes and scores. Visitors with a kept visit
-- are kept. $1 shard, $2 site, $3 begin of the first kept day.
with checked as (
    select visitor_id
    from visitors
    where shard = $1 and site_id = $2 and visitor_id > $4
    order by visitor_id
    limit $5
),
deleted as (
    delete from visitors v
    using checked
    where v.shard = $1
        and v.site_id = $2
        and v.visitor_id = checked.visitor_id
        and v.last_visit < $3
        and not exists (
            select
            from visits
            where visits.shard = $1 and visits.site_id = $2 and visits.visitor_id = v.visitor_id
        )
    returning v.visitor_id
),
notes as (
    delete from visitor_notes n using deleted where n.site_id = $2 and n.visitor_id = deleted.visitor_id
),
scores as (
    delete from bot_scores s using deleted where s.shard = $1 and s.site_id = $2 and s.visitor_id = deleted.visitor_id
)
select (select count(*) from deleted) as rows, (select max(visitor_id::text)::uuid from checked) as last

-- name: delete_visits
-- The oldest expired visits, about $5, and their days. A visit that continued into a kept day is kept until that day
-- expires. $1 shard, $2 site, $3 begin of the first kept day, $4 time zone.
with deleted as (
    delete from visits
    where shard = $1
        and site_id = $2
        and started_at < $3
        and ended_at < $3
        and started_at <= coalesce(
            (
                select started_at
                from visits
                where shard = $1 and site_id = $2 and started_at < $3 and ended_at < $3
                order by started_at
                offset $5 - 1
                limit 1
            ),
            $3
        )
    returning started_at
)
select
    (select count(*) from deleted) as rows,
    array(select distinct (started_at at time zone $4)::date from deleted) as days

-- name: drop_month
-- $1 a day of the month; $2 and $3: distinct pairs of site and day that lose data; $4 now.
select drop_month($1, $2, $3, $4)

-- name: expired_sites
-- Sites that may have expired data, and their first kept day. A finished run of the same day is not repeated unless it
-- is requested again. $1 now.
select s.id, s.timezone, kept.kept_from
from sites s
cross join lateral (
    select ($1::timestamptz at time zone s.timezone)::date - s.retention_days as kept_from
) as kept
left join data_retention_runs r on r.site_id = s.id and r.kept_from = kept.kept_from
where s.retention_days is not null
    and s.deleted_at is null
    and r.finished_at is null
order by s.id

-- name: finish_run
-- $1 site, $2 first kept day, $3 now.
update data_retention_runs set finished_at = $3 where site_id = $1 and kept_from = $2 and finished_at is null

-- name: finish_site_deletion
-- Deletes the site itself last, which makes its name available. $1 site, $2 now.
with finished as (
    update site_deletions
    set finished_at = $2,
        rows_total = rows_deleted
    where site_id = $1 and finished_at is null
    returning site_id
)
delete from sites where id in (select site_id from finished)

-- name: has_visits_into_kept_days
-- Whether a month has rows of visits that continue into kept days. $1 begin of the month (UTC), $2 its end, $3 begin of
-- the kept data.
select exists (select 1 from visits where started_at >= $1 and started_at < $2 and ended_at >= $3)
    or exists (select 1 from events where ts >= $1 and ts < $2 and visit_started_at >= $3)

-- name: kept_from_of_all_sites
-- The earliest begin of the kept data of all sites; null if a site keeps everything. Sites that are being deleted do
-- not count. $1 now.
select case when bool_and(retention_days is not null) then
    min(
        (($1::timestamptz at time zone timezone)::date - retention_days)::timestamp at time zone timezone
    )
end
from sites
where deleted_at is null

-- name: lock_run
-- No row if another worker has finished the run, or if the site is deleted. $1 site, $2 first kept day.
select shard, after_visitor from data_retention_runs where site_id = $1 and kept_from = $2 and finished_at is null
for update

-- name: lock_site_deletion
-- No row if the deletion is finished or was not requested. $1 site.
select rows_total, rows_deleted from site_deletions where site_id = $1 and finished_at is null for update

-- name: months
-- Months that have partitions, the oldest first.
select distinct to_date(right(c.relname, 7), 'YYYY_MM') as month
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent in ('visits'::regclass, 'events'::regclass) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
order by month

-- name: record_position
-- Records how far visitors were checked. $1 site, $2 first kept day, $3 shard, $4 the last visitor that was checked.
update data_retention_runs set shard = $3, after_visitor = $4 where site_id = $1 and kept_from = $2

-- name: record_rows_deleted
-- $1 site, $2 number of rows of the batch.
update site_deletions
set rows_deleted = rows_deleted + $2,
    rows_total = greatest(rows_total, rows_deleted + $2)
where site_id = $1

-- name: record_rows_total
-- $1 site, $2 number of rows.
update site_deletions set rows_total = $2 where site_id = $1

-- name: rows_of_month
-- Number of visits and events of each site in a month. $1 its begin (UTC), $2 its end.
select site_id, coalesce(v.visits, 0) as visits, coalesce(e.events, 0) as events
from (
    select site_id, count(*) as visits from visits where started_at >= $1 and started_at < $2 group by site_id
) as v
full join (
    select site_id, count(*) as events from events where ts >= $1 and ts < $2 group by site_id
) as e using (site_id)
order by site_id

-- name: site_deletions
-- Requested deletions of sites, the oldest request first.
select site_id, requested_at from site_deletions where finished_at is null order by requested_at, site_id
