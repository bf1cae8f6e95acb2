-- A shard's events in the order of time, as transfers/rows.py has them. $1 shard, $2 site, $3 and $4: of visits that
-- began from, and before; $5 and $6: what lies outside of this cannot be theirs.
select visitor_id, visit_started_at, ts, id, kind, is_bot, engaged_ms, scroll, hostname, path, name, props::text
from events
where shard = $1
  and site_id = $2
  and visit_started_at >= $3
  and visit_started_at < $4
  and ts >= $5
  and ts <= $6
order by ts
