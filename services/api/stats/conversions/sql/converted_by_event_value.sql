-- Of each value of something that events have, the visitors who reached a goal in a visit in which it occurs.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 values.
select value, count(*) as visitors
from (
    select distinct {value} as value, e.shard, e.visitor_id
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - interval '1 hour' and e.ts < $3::timestamptz + interval '25 hours'
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = any({kinds}::smallint[]) and not e.is_bot and {of_visits} and {narrowed}
) as visitors_of_values
where value = any($5::text[])
group by value
