-- Whether visit v has something of these kinds for which the condition holds.
-- The times, far enough around any visit in question, name the partitions.
exists (
    select
    from events w
    where w.shard = v.shard and w.site_id = v.site_id and w.visitor_id = v.visitor_id
        and w.visit_started_at = v.started_at
        and w.site_id = $1 and w.shard = any($4::smallint[])
        and w.ts >= $2::timestamptz - interval '2 days' and w.ts < $3::timestamptz + interval '2 days'
        and w.kind = any({kinds}::smallint[]) and {condition}
)
