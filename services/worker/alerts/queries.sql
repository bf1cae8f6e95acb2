-- name: alerts
-- What somebody wants to be told, of sites that are there.
select alerts.id, alerts.kind, alerts.silence_minutes, alerts.created_at, site_id, sites.name as site, timezone
from alerts
join sites on sites.id = site_id
where enabled and deleted_at is null
order by site_id, alerts.id

-- name: failed
-- $1 delivery, $2 why, $3 whether it is the end.
update alert_deliveries
set error = $2, next_attempt_at = case when $3::boolean then null else next_attempt_at end
where id = $1

-- name: first_day
-- The day of a site's first visit. $1: site.
select min(bucket) from rollups where site_id = $1 and grain = 1 and dimension = 0 and visits > 0

-- name: forget
-- $1: what is older is forgotten, but for what is still to be sent.
delete from alert_deliveries where created_at < $1 and next_attempt_at is null

-- name: hours_of_days
-- Visits by hour, of some days. $1 site, $2 days.
select day, hour, sum(visits)::bigint as visits
from (
    select bucket as day, value as hour, visits
    from rollups
    where site_id = $1 and grain = 1 and dimension = 1 and bucket = any($2::date[])
    union all
    select d.day, each.hour, each.visits
    from rollup_deltas d
    cross join lateral unnest(d."values", d.visits) as each (hour, visits)
    where d.site_id = $1 and d.dimension = 1 and d.day = any($2::date[])
) as counted
group by day, hour

-- name: last_beacon
-- When a shard's last beacon of a human came. $1 shard, $2 site, $3 since when one looks, $4 until when.
select ts
from events
where shard = $1 and site_id = $2 and ts > $3 and ts <= $4 and not is_bot
order by ts desc
limit 1

-- name: note
-- No row when the incident was told already. $1 id, $2 alert, $3 incident, $4 body, $5 now.
insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)
select $1, id, $3, $4, $5, $5 from alerts where id = $2
on conflict (alert_id, incident) do nothing
returning id

-- name: sent
-- $1 delivery, $2 now.
update alert_deliveries set sent_at = $2, next_attempt_at = null, error = '' where id = $1

-- name: take
-- What is to be sent now. Whoever takes it has until the next attempt to say what became of it.
-- $1 now, $2 the waits after each attempt, $3 how many.
update alert_deliveries
set attempts = attempts + 1, next_attempt_at = $1::timestamptz + ($2::interval[])[attempts + 1]
from alerts
join sites on sites.id = alerts.site_id
where alerts.id = alert_id and alert_deliveries.id in (
    select d.id
    from alert_deliveries d
    join alerts a on a.id = d.alert_id
    where d.next_attempt_at <= $1 and a.enabled
    order by d.next_attempt_at
    limit $3
    for update of d skip locked
)
returning
    alert_deliveries.id, alert_id, incident, body, attempts, alert_deliveries.created_at, channel, target, secret,
    sites.name as site

-- name: top
-- What had the most visitors. $1 site, $2 grain, $3 first day, $4 dimension, $5 how many.
select value, uniques as visitors
from rollups
where site_id = $1 and grain = $2 and bucket = $3 and dimension = $4 and value <> ''
order by uniques desc, value
limit $5

-- name: totals
-- A week or a month as a whole. $1 site, $2 grain, $3 its first day.
select uniques as visitors, visits, pageviews
from rollups
where site_id = $1 and grain = $2 and dimension = 0 and bucket = $3
