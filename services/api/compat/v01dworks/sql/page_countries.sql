-- From where pages were viewed. $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kind of a pageview, $6 pages.
select e.path, v.country, count(*) as views
from events e
join visits v on v.shard = e.shard and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where e.site_id = $1 and e.ts >= $2 and e.ts < $3 and e.shard = any($4::smallint[]) and e.kind = $5
    and e.path = any($6::text[])
    and v.site_id = $1 and v.started_at >= $2::timestamptz - interval '1 day' and v.started_at < $3
    and v.shard = any($4::smallint[]) and v.bot_reason = ''
group by e.path, v.country
order by views desc, e.path, v.country
