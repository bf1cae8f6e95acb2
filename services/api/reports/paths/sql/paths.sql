-- The first pages of visits that began in a span, the most frequent ones first, with how many different ones and how
-- many visits there are.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kind of a pageview, $6 so many pages, $7 so many rows.
-- A page that is viewed twice in a row is one step. A visit ended where it has no more pages than are shown.
with viewed as (
    select
        e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, e.path,
        lag(e.path) over (partition by e.shard, e.visitor_id, e.visit_started_at order by e.ts, e.id) as before
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - interval '1 hour' and e.ts < $3::timestamptz + interval '25 hours'
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = $5 and not e.is_bot and {of_visits}
),
steps as (
    select
        shard, visitor_id, visit_started_at, ts, id, path,
        row_number() over (partition by shard, visitor_id, visit_started_at order by ts, id) as step
    from viewed
    where before is distinct from path
),
walks as (
    select array_agg(path order by ts, id) filter (where step <= $6::int) as pages, count(*) as steps
    from steps
    group by shard, visitor_id, visit_started_at
)
select
    pages,
    count(*) as visits,
    count(*) filter (where steps = cardinality(pages)) as exits,
    count(*) over ()::bigint as total,
    (sum(count(*)) over ())::bigint as all_visits
from walks
group by pages
order by visits desc, pages collate "C"
limit $7::int
