-- name: returned
-- Visitors by when they first came and when they came again, both as numbers of intervals, from 1.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 where each interval begins, rising; the first with the span.
-- newcomers: those of them whom no earlier interval has, so that each visitor is one newcomer of its cohort.
with seen as (
    select distinct v.shard, v.visitor_id, width_bucket(v.started_at, $5::timestamptz[]) as came
    from visits v
    where v.shard = any($4::smallint[]) and v.site_id = $1 and v.started_at >= $2 and v.started_at < $3
        and v.bot_reason = ''
),
known as (
    select
        width_bucket(p.first_visit, $5::timestamptz[]) as cohort,
        s.came,
        s.came = min(s.came) over (partition by s.shard, s.visitor_id) as is_newcomer
    from seen s
    join visitors p on p.shard = s.shard and p.visitor_id = s.visitor_id
    where p.shard = any($4::smallint[]) and p.site_id = $1 and p.first_visit >= $2 and p.first_visit < $3
)
select cohort, came, count(*) as visitors, count(*) filter (where is_newcomer) as newcomers
from known
group by cohort, came
