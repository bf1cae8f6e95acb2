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
