-- People's events that may have a part in a day: theirs, or those of visits that began on it.
-- $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, visit_started_at, ts, kind, path, name, engaged_ms, scroll
from events
where shard = $1 and site_id = $2 and not is_bot
    and ts >= $3::timestamptz - interval '1 hour' and ts < $4::timestamptz + interval '1 day' + interval '1 hour'
    and (ts >= $3 or visit_started_at >= $3) and (ts < $4 or visit_started_at < $4)
