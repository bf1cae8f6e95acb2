-- What somebody wants to be told, of sites that are there.
select alerts.id, alerts.kind, alerts.silence_minutes, alerts.created_at, site_id, sites.name as site, timezone
from alerts
join sites on sites.id = site_id
where enabled and deleted_at is null
order by site_id, alerts.id
