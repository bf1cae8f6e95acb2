-- Events of visits that began in a span. $1 shards, $2 site, $3 and $4: visits that began from, and before;
-- $5 and $6: what lies outside of this cannot be theirs.
select count(*)
from events
where shard = any($1::smallint[])
  and site_id = $2
  and visit_started_at >= $3
  and visit_started_at < $4
  and ts >= $5
  and ts <= $6
