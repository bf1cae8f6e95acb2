-- name: ask_for_nights
-- Insights of sites are asked for. A site whose insights failed is tried again the next night.
-- $1 now, $2 attempts after which a request rests, $3 sites.
insert into insight_requests (site_id, requested_at)
select id, $1
from sites
where id = any($3::int[])
on conflict (site_id) do update
set requested_at = excluded.requested_at, started_at = null, attempts = 0
where insight_requests.attempts >= $2::smallint
    and insight_requests.requested_at < excluded.requested_at - interval '20 hours'

-- name: counted_sites
-- Sites of which some day was counted. Apart from what is asked of sites, which are not distributed. $1: of these sites.
select distinct site_id from rollups where site_id = any($1::int[]) and grain = 1 and dimension = 0

-- name: day_deltas
-- What is not in the rollups of a site's days yet. $1 site, $2 the last day.
select d.day, each.visits, each.pageviews, each.visitors
from rollup_deltas d
cross join lateral unnest(d.visits, d.pageviews, d.visitors) as each (visits, pageviews, visitors)
where d.site_id = $1 and d.dimension = 0 and d.day <= $2

-- name: day_sketches
-- The visitors of some days, as sketches. $1 site, $2 days.
select bucket as day, visitors
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket = any($2::date[]) and visitors is not null

-- name: days
-- What rollups say of a site's days. $1 site, $2 the last day.
select bucket as day, visits, pageviews, uniques
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket <= $2
order by bucket

-- name: due_nights
-- Sites in whose night, at two in the morning by their own clock, insights were not computed yet. $1: now.
select id
from sites
where deleted_at is null
    and ($1::timestamptz at time zone timezone)::time >= '02:00'
    and not exists (
        select from insights
        where site_id = id and kind = 'summary'
            and computed_at >= (date_trunc('day', $1::timestamptz at time zone timezone) + interval '2 hours')
                at time zone timezone
    )

-- name: finish_request
-- What was asked for before the run began is answered. $1: site.
delete from insight_requests where site_id = $1 and requested_at <= started_at

-- name: forget
-- All but the newest. $1 site, $2 kind, $3 how many stay.
delete from insights
where site_id = $1 and kind = $2 and computed_at not in (
    select computed_at from insights where site_id = $1 and kind = $2 order by computed_at desc limit $3
)

-- name: free_request
-- What was asked for since waits for the next run. $1: site.
update insight_requests set started_at = null where site_id = $1

-- name: hours
-- Visits by the UTC moment at which an hour of the site's clock begins. $1 site, $2 the first and $3 the last day.
select value as hour, sum(visits)::bigint as visits
from rollups
where site_id = $1 and grain = 1 and dimension = 1 and bucket between $2 and $3
group by value

-- name: keep
-- $1 site, $2 kind, $3 now, $4 body. Nothing is kept of a site that is gone.
insert into insights (site_id, kind, computed_at, body)
select id, $2, $3, $4 from sites where id = $1 and deleted_at is null
on conflict (site_id, kind, computed_at) do update set body = excluded.body

-- name: moved
-- What differed most from the same weekdays before. $1 site, $2 dimension, $3 the day, $4 the days before, $5 whether page
-- views count and not visits, $6 how many.
select
    value,
    coalesce(sum(counted) filter (where bucket = $3), 0)::bigint as now,
    coalesce(array_agg(counted) filter (where bucket <> $3), '{}') as before
from (
    select value, bucket, case when $5::boolean then pageviews else visits end as counted
    from rollups
    where site_id = $1 and grain = 1 and dimension = $2 and bucket = any($4::date[] || $3::date)
) as days
group by value
order by abs(
    coalesce(sum(counted) filter (where bucket = $3), 0)
    - coalesce(sum(counted) filter (where bucket <> $3), 0) / cardinality($4::date[])
) desc
limit $6

-- name: site
-- $1: site. No row when it is deleted.
select id, timezone from sites where id = $1 and deleted_at is null

-- name: take_insight_requests
-- The sites that wait longest. $1 now, $2 what began before it was given up, $3 attempts a request has, $4 how many.
update insight_requests
set started_at = $1, attempts = attempts + 1
where site_id in (
    select site_id
    from insight_requests
    where attempts < $3::smallint and (started_at is null or started_at < $2)
    order by requested_at
    limit $4
    for update skip locked
)
returning site_id
