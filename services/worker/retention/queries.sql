-- name: begin_run
-- $1 site, $2 first day that stays, $3 now.
insert into data_retention_runs (site_id, kept_from, started_at) values ($1, $2, $3) on conflict do nothing

-- name: count_site_rows
-- $1: site. Everything that its deletion deletes.
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

-- name: counted_days
-- Days on which something of a site was counted. $1 site, $2 first day, $3 last day.
select distinct bucket from rollups where site_id = $1 and grain = 1 and dimension = 0 and bucket between $2 and $3
union
select distinct day from rollup_deltas where site_id = $1 and dimension = 0 and day between $2 and $3
order by 1

-- name: delete_dead_letters
-- $1 shard, $2 site, $3 begin of the first day that stays.
delete from dead_letters where shard = $1 and site_id = $2 and coalesce(received_at, failed_at) < $3

-- name: delete_events
-- About $5 events that are beyond retention, the oldest, and the days that they were counted on. Events of a visit that
-- began on a day that stays also stay. $1 shard, $2 site, $3 begin of the first day that stays, $4 time zone.
with gone as (
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
    (select count(*) from gone) as rows,
    array(
        select (ts at time zone $4)::date from gone
        union
        select (visit_started_at at time zone $4)::date from gone
    ) as days

-- name: delete_site_bot_scores
-- $1: site.
delete from bot_scores where site_id = $1

-- name: delete_site_bot_candidates
-- $1: site.
delete from bot_candidates where site_id = $1

-- name: delete_site_dead_letters
-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
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
-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
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
-- $1: site.
delete from insights where site_id = $1

-- name: delete_site_rollup_deltas
-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
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

-- name: delete_site_stale_days
-- $1: site.
delete from stale_days where site_id = $1

-- name: delete_site_rollup_state
-- $1: site.
delete from rollup_state where site_id = $1

-- name: delete_site_rollups
-- $1: site.
delete from rollups where site_id = $1

-- name: delete_site_visitor_erasures
-- $1: site.
delete from visitor_erasures where site_id = $1

-- name: delete_site_visitor_notes
-- $1: site.
delete from visitor_notes where site_id = $1

-- name: delete_site_visitors
-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
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
-- About $3 rows of a shard, a range of its key. $1: site, $2: shard, $3: how many.
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

-- name: delete_suspects
-- $1 shard, $2 site, $3 begin of the first day that stays.
delete from bot_candidates where shard = $1 and site_id = $2 and started_at < $3

-- name: delete_visitors
-- Of the next $5 visitors after $4 those who were not seen since, with what was noted of them. Whoever has a visit that
-- stays, stays. $1 shard, $2 site, $3 begin of the first day that stays.
with looked_at as (
    select visitor_id
    from visitors
    where shard = $1 and site_id = $2 and visitor_id > $4
    order by visitor_id
    limit $5
),
gone as (
    delete from visitors v
    using looked_at
    where v.shard = $1
        and v.site_id = $2
        and v.visitor_id = looked_at.visitor_id
        and v.last_visit < $3
        and not exists (
            select
            from visits
            where visits.shard = $1 and visits.site_id = $2 and visits.visitor_id = v.visitor_id
        )
    returning v.visitor_id
),
notes as (
    delete from visitor_notes n using gone where n.site_id = $2 and n.visitor_id = gone.visitor_id
),
opinions as (
    delete from bot_scores o using gone where o.shard = $1 and o.site_id = $2 and o.visitor_id = gone.visitor_id
)
select (select count(*) from gone) as rows, (select max(visitor_id::text)::uuid from looked_at) as last

-- name: delete_visits
-- About $5 visits that are beyond retention, the oldest, and the days on which they began. A visit that went on into a
-- day that stays also stays, until that day goes.
-- $1 shard, $2 site, $3 begin of the first day that stays, $4 time zone.
with gone as (
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
select (select count(*) from gone) as rows, array(select distinct (started_at at time zone $4)::date from gone) as days

-- name: deletions
-- What is to be deleted, the oldest request first.
select site_id, requested_at from site_deletions where finished_at is null order by requested_at, site_id

-- name: drop_month
-- $1 a day of the month; $2 and $3 sites and days, in pairs, each once, which lose something by it; $4 now.
select drop_month($1, $2, $3, $4)

-- name: due
-- Sites of which something may be beyond their retention, and from which day on they keep what they have. The day's run
-- that is finished is done, unless somebody asks for it again. $1: now.
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

-- name: finish_deletion
-- The site itself goes last, and frees its name. $1: site, $2: now.
with finished as (
    update site_deletions
    set finished_at = $2,
        rows_total = rows_deleted
    where site_id = $1 and finished_at is null
    returning site_id
)
delete from sites where id in (select site_id from finished)

-- name: finish_run
-- $1 site, $2 first day that stays, $3 now.
update data_retention_runs set finished_at = $3 where site_id = $1 and kept_from = $2 and finished_at is null

-- name: forget_runs
-- $1: what began before it need not be told any more.
delete from data_retention_runs where started_at < $1

-- name: kept_from_everywhere
-- Before this moment no site of the install keeps anything; null where one keeps all. Sites that are being deleted keep
-- nothing. $1: now.
select case when bool_and(retention_days is not null) then
    min(
        (($1::timestamptz at time zone timezone)::date - retention_days)::timestamp at time zone timezone
    )
end
from sites
where deleted_at is null

-- name: lock_deletion
-- $1: site. No row when its deletion is finished, or was never asked for.
select rows_total, rows_deleted from site_deletions where site_id = $1 and finished_at is null for update

-- name: lock_run
-- No row when another worker has finished it, or the site is gone. $1 site, $2 first day that stays.
select shard, after_visitor from data_retention_runs where site_id = $1 and kept_from = $2 and finished_at is null for update

-- name: month_of_sites
-- How much of each site is in a month. $1 its begin (UTC), $2 its end.
select site_id, coalesce(v.visits, 0) as visits, coalesce(e.events, 0) as events
from (
    select site_id, count(*) as visits from visits where started_at >= $1 and started_at < $2 group by site_id
) as v
full join (
    select site_id, count(*) as events from events where ts >= $1 and ts < $2 group by site_id
) as e using (site_id)
order by site_id

-- name: months
-- The months of which there are partitions, the oldest first.
select distinct to_date(right(c.relname, 7), 'YYYY_MM') as month
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent in ('visits'::regclass, 'events'::regclass) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
order by month

-- name: note_gone
-- $1 site, $2 first day that stays; $3 to $6: visits, events, visitors and dead letters that are gone now.
update data_retention_runs
set visits = visits + $3, events = events + $4, visitors = visitors + $5, dead_letters = dead_letters + $6
where site_id = $1 and kept_from = $2

-- name: note_month
-- The latest run of each site tells of the month, too. $1 sites, $2 visits and $3 events that went of each.
update data_retention_runs r
set visits = r.visits + n.visits, events = r.events + n.events, months_dropped = r.months_dropped + 1
from unnest($1::int[], $2::bigint[], $3::bigint[]) as n (site_id, visits, events)
where r.site_id = n.site_id
    and r.kept_from = (select max(kept_from) from data_retention_runs where site_id = n.site_id)

-- name: note_place
-- $1 site, $2 first day that stays, $3 shard, $4 visitor: all before these were looked at.
update data_retention_runs set shard = $3, after_visitor = $4 where site_id = $1 and kept_from = $2

-- name: note_rows_deleted
-- $1: site, $2: rows that are gone now.
update site_deletions
set rows_deleted = rows_deleted + $2,
    rows_total = greatest(rows_total, rows_deleted + $2)
where site_id = $1

-- name: note_rows_total
-- $1: site, $2: rows that were found of it.
update site_deletions set rows_total = $2 where site_id = $1

-- name: open_into_next
-- Whether something of a month belongs to what stays. $1 begin of the month (UTC), $2 its end, $3 before this nothing stays.
select exists (select 1 from visits where started_at >= $1 and started_at < $2 and ended_at >= $3)
    or exists (select 1 from events where ts >= $1 and ts < $2 and visit_started_at >= $3)
