-- Custom events and clicks in the span, by visit: few, and an index knows them without the events themselves.
left join (
    select e.shard, e.visitor_id, e.visit_started_at,
        (count(*) filter (where e.kind = $9))::integer as events,
        (count(*) filter (where e.kind = $10))::integer as clicks
    from events e
    where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind in ($9, $10)
    group by e.shard, e.visitor_id, e.visit_started_at
) as d on d.shard = v.shard and d.visitor_id = v.visitor_id and d.visit_started_at = v.started_at
