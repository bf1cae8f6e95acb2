-- People's visits of a day, for their last pages. $1 shard, $2 site, $3 begin of the day, $4 its end.
select visitor_id, started_at, ended_at, pageviews, events, exit_page
from visits
where shard = $1 and site_id = $2 and bot_reason = '' and started_at >= $3 and started_at < $4
