-- Who did something in visits that began on days that the rollups do not know, by day and by what it has.
-- $1 shards, $2 site, $3 and $4 begin and end of the days, $5 when each begins, rising, $6 values, or null for all,
-- $7 kinds that count.
select
    width_bucket(v.started_at, $5::timestamptz[]) as number,
    {value} as value,
    string_agg(distinct substring(uuid_send(v.visitor_id) for 8), ''::bytea) as visitors
from events e
join visits v
    on v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
    and v.started_at = e.visit_started_at
where e.shard = any($1::smallint[]) and e.site_id = $2
    and e.ts >= $3::timestamptz - interval '1 hour' and e.ts < $4::timestamptz + interval '2 days'
    and v.shard = any($1::smallint[]) and v.site_id = $2 and v.started_at >= $3 and v.started_at < $4
    and v.bot_reason = '' and e.kind = any($7::smallint[]) and ($6::text[] is null or ({value}) = any($6))
group by 1, 2
