-- Page views and visits of programs. $1 site, $2 shards, $3 begins of the days, $4 end of the last one.
-- Day: which of them, from 1; 0 is all the time before.
select
    width_bucket(started_at, $3::timestamptz[]) as day,
    bot_reason,
    sum(pageviews)::bigint as views,
    count(*) as visits
from visits
where site_id = $1 and shard = any($2::smallint[]) and started_at < $4 and bot_reason <> ''
group by 1, 2
