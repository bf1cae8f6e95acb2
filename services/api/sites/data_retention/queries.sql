-- name: expired
-- What of a site is older than it keeps. $1 site, $2 begin of the first day that stays, $3 shards.
select
    (
        select count(*) from visits
        where shard = any($3::smallint[]) and site_id = $1 and started_at < $2 and ended_at < $2
    ) as visits,
    (
        select count(*) from events
        where shard = any($3::smallint[]) and site_id = $1 and ts < $2 and visit_started_at < $2
    ) as events,
    (
        select count(*) from visitors
        where shard = any($3::smallint[]) and site_id = $1 and last_visit < $2
            and not exists (
                select from visits
                where visits.shard = visitors.shard
                    and visits.site_id = $1
                    and visits.visitor_id = visitors.visitor_id
                    and visits.ended_at >= $2
            )
    ) as visitors,
    (
        select count(*) from dead_letters
        where shard = any($3::smallint[]) and site_id = $1 and coalesce(received_at, failed_at) < $2
    ) as dead_letters

-- name: request_run
-- The run of a day is done once more, and goes on counting. $1 site, $2 first day that stays, $3 now.
insert into data_retention_runs (site_id, kept_from, started_at) values ($1, $2, $3)
on conflict (site_id, kept_from) do update
set finished_at = null, shard = 0, after_visitor = '00000000-0000-0000-0000-000000000000'

-- name: runs
-- What went, the latest first. $1 site, $2 how many.
select kept_from, started_at, finished_at, visits, events, visitors, dead_letters, months_dropped
from data_retention_runs
where site_id = $1
order by kept_from desc
limit $2

-- name: sites
-- Sites with the first day that each keeps; null where it keeps everything. $1 now, $2 site (null: all of them).
select
    s.id, s.name as site, s.timezone, s.retention_days,
    ($1::timestamptz at time zone s.timezone)::date - s.retention_days as kept_from
from sites s
where s.deleted_at is null and ($2::int is null or s.id = $2)
order by s.name
