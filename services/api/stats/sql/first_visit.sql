-- When the site's oldest visit began. $1: site.
select min(started_at) from visits where site_id = $1
