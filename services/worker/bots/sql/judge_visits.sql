-- $1 shard, $2 site; $3 to $6, one array a column; $7 and $8: the earliest and the latest start among them.
update visits v
set bot_verdict = n.verdict, bot_reason = n.reason
from unnest($3::uuid[], $4::timestamptz[], $5::text[], $6::text[]) as n (visitor_id, started_at, verdict, reason)
where v.shard = $1
    and v.site_id = $2
    and v.visitor_id = n.visitor_id
    and v.started_at = n.started_at
    and v.started_at >= $7
    and v.started_at <= $8
