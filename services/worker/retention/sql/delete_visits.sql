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
