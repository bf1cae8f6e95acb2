-- The visits of visitors who looked at more pages than $4. $1 shard, $2 site, $3 visitors.
select visitor_id, started_at, ended_at, pageviews, engaged_ms
from (
    select *, sum(pageviews) over (partition by visitor_id) as in_all
    from visits
    where shard = $1 and site_id = $2 and visitor_id = any($3::uuid[])
) v
where in_all > $4::int
