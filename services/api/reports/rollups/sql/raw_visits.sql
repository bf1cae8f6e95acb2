-- People's visits that began on days that the rollups do not know, by day and value.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 when each begins, rising, $6 values, or null for all.
select
    width_bucket(v.started_at, $5::timestamptz[]) as number,
    {value} as value,
    count(*) as visits,
    count(*) filter (where v.pageviews <= 1 and v.events = 0) as bounces,
    (extract(epoch from sum(v.ended_at - v.started_at)) * 1000)::bigint as duration_ms,
    string_agg(distinct substring(uuid_send(v.visitor_id) for 8), ''::bytea) as visitors
from visits v
where v.shard = any($1::smallint[]) and v.site_id = $2 and v.started_at >= $3 and v.started_at < $4
    and v.bot_reason = '' and ($6::text[] is null or ({value}) = any($6))
group by 1, 2
