-- name: current
-- Visitors who viewed a page, triggered an event or clicked recently. 4 is the kind of a leave.
-- $1 shards, $2 sites, $3 start.
select site_id, count(distinct visitor_id) as visitors
from events
where shard = any($1::smallint[]) and site_id = any($2::int[]) and ts >= $3 and not is_bot and kind <> 4
group by site_id

-- name: deltas
-- Deltas that are not in the rollups yet. $1 sites, $2 and $3 the first and the last day.
select d.site_id, d.day, each.visits, each.pageviews, each.visitors
from rollup_deltas d
cross join lateral unnest(d.visits, d.pageviews, d.visitors) as each (visits, pageviews, visitors)
where d.site_id = any($1::int[]) and d.dimension = 0 and d.day between $2 and $3

-- name: sketches
-- Visitor sketches of the sites' parts. $1 sites, $2 parts, $3 grains and $4 first days of their buckets.
select wanted.site_id, wanted.part, r.visitors
from unnest($1::int[], $2::int[], $3::smallint[], $4::date[]) as wanted (site_id, part, grain, bucket)
join rollups r
    on r.site_id = wanted.site_id and r.grain = wanted.grain and r.dimension = 0 and r.bucket = wanted.bucket
where r.uniques > 0

-- name: totals
-- Totals of the sites' parts from rollups. $1 sites, $2 parts, $3 grains and $4 first days of their buckets.
select
    wanted.site_id, wanted.part, sum(r.uniques) as bound, count(*) filter (where r.uniques > 0) as sketches,
    sum(r.visits)::bigint as visits, sum(r.pageviews)::bigint as pageviews
from unnest($1::int[], $2::int[], $3::smallint[], $4::date[]) as wanted (site_id, part, grain, bucket)
join rollups r
    on r.site_id = wanted.site_id and r.grain = wanted.grain and r.dimension = 0 and r.bucket = wanted.bucket
group by wanted.site_id, wanted.part

-- name: stale_days
-- Days whose rollups are stale. $1 sites, $2 and $3 the first and the last day.
select distinct site_id, day
from stale_days
where site_id = any($1::int[]) and day between $2 and $3 and not exits_only
