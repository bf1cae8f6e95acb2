-- Visitors of whom enough was seen, and what the visits were. $1 shard, $2 site, $3 since when, $4 page views at least.
select visitor_id, started_at, ended_at, engaged_ms, events
from (
    select *, sum(pageviews) over (partition by visitor_id) as in_all
    from visits
    where shard = $1 and site_id = $2 and started_at >= $3 and bot_verdict in ('', 'model')
) v
where in_all >= $4::int
