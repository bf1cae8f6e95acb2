-- name: expired
-- Counts data that is older than the site keeps. $1 site, $2 start of the first day that is kept, $3 shards.
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
-- Starts the run of a day, or repeats it and adds to its counts. $1 site, $2 first day that is kept, $3 now.
insert into data_retention_runs (site_id, kept_from, started_at) values ($1, $2, $3)
on conflict (site_id, kept_from) do update
set finished_at = null, shard = 0, after_visitor = '00000000-0000-0000-0000-000000000000'

-- name: runs
-- Runs of a site, newest first. $1 site, $2 maximum number.
select kept_from, started_at, finished_at, visits, events, visitors, dead_letters, months_dropped
from data_retention_runs
where site_id = $1
order by kept_from desc
limit $2

-- name: sites
-- Sites with the first day that each keeps; null for a site that keeps everything. $1 now, $2 site, or null for all.
select
    s.id, s.name as site, s.timezone, s.retention_days,
    ($1::timestamptz at time zone s.timezone)::date - s.retention_days as kept_from
from sites s
where s.deleted_at is null and ($2::int is null or s.id = $2)
order by s.name
