-- name: claim_due_deliveries
-- Deliveries that are due. No other worker claims them until their next attempt is due.
-- $1 now, $2 the delay after each attempt, $3 how many.
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

-- name: delete_old_deliveries
-- Finished deliveries created before $1.
delete from alert_deliveries where created_at < $1 and next_attempt_at is null

-- name: enabled_alerts
-- Enabled alerts of all sites that are not deleted.
select alerts.id, alerts.kind, alerts.silence_minutes, alerts.created_at, site_id, sites.name as site, timezone
from alerts
join sites on sites.id = site_id
where enabled and deleted_at is null
order by site_id, alerts.id

-- name: first_day
-- Day of a site's first visit. $1 site.
select min(bucket) from rollups where site_id = $1 and grain = 1 and dimension = 0 and visits > 0

-- name: last_event
-- Time of a shard's last event of a human visit. $1 shard, $2 site, $3 after, $4 up to.
select ts
from events
where shard = $1 and site_id = $2 and ts > $3 and ts <= $4 and not is_bot
order by ts desc
limit 1

-- name: period_totals
-- Totals of a week or a month. $1 site, $2 grain, $3 its first day.
select uniques as visitors, visits, pageviews
from rollups
where site_id = $1 and grain = $2 and dimension = 0 and bucket = $3

-- name: record_failure
-- $1 delivery, $2 error, $3 whether this was the last attempt.
update alert_deliveries
set error = $2, next_attempt_at = case when $3::boolean then null else next_attempt_at end
where id = $1

-- name: record_incident
-- Queues a delivery. No row when the alert already has the incident. $1 id, $2 alert, $3 incident, $4 body, $5 now.
insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)
select $1, id, $3, $4, $5, $5 from alerts where id = $2
on conflict (alert_id, incident) do nothing
returning id

-- name: record_success
-- $1 delivery, $2 now.
update alert_deliveries set sent_at = $2, next_attempt_at = null, error = '' where id = $1

-- name: top_values
-- Values of a dimension with the most visitors. $1 site, $2 grain, $3 first day, $4 dimension, $5 how many.
select value, uniques as visitors
from rollups
where site_id = $1 and grain = $2 and bucket = $3 and dimension = $4 and value <> ''
order by uniques desc, value
limit $5

-- name: visits_by_hour
-- Visits of some days by hour, including those that are not in the rollups yet. $1 site, $2 days.
select day, hour, sum(visits)::bigint as visits
from (
    select bucket as day, value as hour, visits
    from rollups
    where site_id = $1 and grain = 1 and dimension = 1 and bucket = any($2::date[])
    union all
    select d.day, delta.hour, delta.visits
    from rollup_deltas d
    cross join lateral unnest(d."values", d.visits) as delta (hour, visits)
    where d.site_id = $1 and d.dimension = 1 and d.day = any($2::date[])
) as counted
group by day, hour
