-- Whether event e belongs to a visit for which the conditions hold.
exists (
    select
    from visits v
    where v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id
        and v.started_at = e.visit_started_at
        and v.site_id = $1 and v.shard = any($4::smallint[])
        and v.started_at >= $2::timestamptz - interval '1 day'
        and v.started_at < $3::timestamptz + interval '1 hour'
        and {conditions}
)
