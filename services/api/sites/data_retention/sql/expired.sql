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
