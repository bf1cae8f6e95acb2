-- name: neighbours
-- From which pages visitors came to a page, and to which they went from there; '' where the visit began, or ended.
-- $1 site, $2 begin of the span, $3 its end, $4 shards, $5 kind of a pageview, $6 the page, $7 so many rows a side.
-- A page that is viewed twice in a row is one step.
with viewed as (
    select
        e.shard, e.visitor_id, e.visit_started_at, e.ts, e.id, e.path,
        lag(e.path) over (partition by e.shard, e.visitor_id, e.visit_started_at order by e.ts, e.id) as before
    from events e
    where e.shard = any($4::smallint[]) and e.site_id = $1
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
        and e.visit_started_at >= $2 and e.visit_started_at < $3
        and e.kind = $5 and not e.is_bot and {of_visits}
        -- Other visits' pages need not be put into order.
        and exists (
            select
            from events w
            where w.shard = e.shard and w.visitor_id = e.visitor_id and w.visit_started_at = e.visit_started_at
                and w.shard = any($4::smallint[]) and w.site_id = $1
                and w.ts >= $2::timestamptz - ${before_visit} and w.ts < $3::timestamptz + ${visit_reach}
                and w.kind = $5 and not w.is_bot and w.path = $6
        )
),
steps as (
    select
        path,
        coalesce(before, '') as before,
        coalesce(
            lead(path) over (partition by shard, visitor_id, visit_started_at order by ts, id), ''
        ) as after
    from viewed
    where before is distinct from path
),
counted as (
    select true as is_before, before as page, count(*) as times from steps where path = $6 group by before
    union all
    select false, after, count(*) from steps where path = $6 group by after
),
ranked as (
    select *, row_number() over (partition by is_before order by times desc, page collate "C") as rank
    from counted
)
select is_before, page, times
from ranked
where rank <= $7::int
order by is_before, rank

-- name: paths
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
        and e.ts >= $2::timestamptz - ${before_visit} and e.ts < $3::timestamptz + ${visit_reach}
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
