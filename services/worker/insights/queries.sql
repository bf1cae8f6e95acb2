-- name: claim_requests
-- The oldest requests. $1 now, $2 requests that started before this were abandoned, $3 maximum attempts, $4 how many.
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

-- name: day_deltas
-- Totals of days that are not in the rollups yet. $1 site, $2 the last day.
select d.day, delta.visits, delta.pageviews, delta.visitors
from rollup_deltas d
cross join lateral unnest(d.visits, d.pageviews, d.visitors) as delta (visits, pageviews, visitors)
where d.site_id = $1 and d.dimension = 0 and d.day <= $2

-- name: day_sketches
-- Sketches of the visitors of some days. $1 site, $2 days.
select bucket as day, visitors
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket = any($2::date[]) and visitors is not null

-- name: days
-- Totals of a site's days in the rollups. $1 site, $2 the last day.
select bucket as day, visits, pageviews, uniques
from rollups
where site_id = $1 and grain = 1 and dimension = 0 and bucket <= $2
order by bucket

-- name: delete_old_insights
-- All but the newest. $1 site, $2 kind, $3 how many to keep.
delete from insights
where site_id = $1 and kind = $2 and computed_at not in (
    select computed_at from insights where site_id = $1 and kind = $2 order by computed_at desc limit $3
)

-- name: finish_request
-- Deletes a request that was made before its run started. $1 site.
delete from insight_requests where site_id = $1 and requested_at <= started_at

-- name: hours
-- Visits by hour, as the UTC time at which an hour of the site's time zone begins. $1 site, $2 first and $3 last day.
select value as hour, sum(visits)::bigint as visits
from rollups
where site_id = $1 and grain = 1 and dimension = 1 and bucket between $2 and $3
group by value

-- name: release_request
-- Makes a request available that was made after the run started. $1 site.
update insight_requests set started_at = null where site_id = $1

-- name: request_insights
-- Requests insights of sites. A failed request is renewed the next night.
-- $1 now, $2 attempts after which a request has failed, $3 sites.
insert into insight_requests (site_id, requested_at)
select id, $1
from sites
where id = any($3::int[])
on conflict (site_id) do update
set requested_at = excluded.requested_at, started_at = null, attempts = 0
where insight_requests.attempts >= $2::smallint
    and insight_requests.requested_at < excluded.requested_at - interval '20 hours'

-- name: site
-- No row for a deleted site. $1 site.
select id, timezone from sites where id = $1 and deleted_at is null

-- name: sites_due_tonight
-- Sites without insights since 2:00 of the current day in their own time zone. $1 now.
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

-- name: sites_with_data
-- Those of some sites that have rollups. Separate from sites_due_tonight, because `sites` is not distributed. $1 sites.
select distinct site_id from rollups where site_id = any($1::int[]) and grain = 1 and dimension = 0

-- name: store_insight
-- Stores nothing for a deleted site. $1 site, $2 kind, $3 now, $4 body.
insert into insights (site_id, kind, computed_at, body)
select id, $2, $3, $4 from sites where id = $1 and deleted_at is null
on conflict (site_id, kind, computed_at) do update set body = excluded.body

-- name: values_that_changed_most
-- Values of a dimension whose page views (count_pageviews) or visits differ most between a day and days before it.
select
    value,
    coalesce(sum(counted) filter (where bucket = :day), 0)::bigint as now,
    coalesce(array_agg(counted) filter (where bucket <> :day), '{}') as before
from (
    select value, bucket, case when :count_pageviews::boolean then pageviews else visits end as counted
    from rollups
    where site_id = :site_id and grain = 1 and dimension = :dimension
        and bucket = any(:days_before::date[] || :day::date)
) as days
group by value
order by abs(
    coalesce(sum(counted) filter (where bucket = :day), 0)
    - coalesce(sum(counted) filter (where bucket <> :day), 0) / cardinality(:days_before::date[])
) desc
limit :max_values
