-- Of each value of something that visits have, the visitors who reached a goal in a visit with the value.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 values.
select value, count(*) as visitors
from (
    select distinct {value} as value, v.shard, v.visitor_id
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = '' and {visit_filters}
) as visitors_of_values
where value = any($5::text[])
group by value
