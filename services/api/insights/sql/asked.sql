-- Since when a worker is to look again; null or no row: it is not. $1 site, $2 attempts after which a request rests.
select requested_at from insight_requests where site_id = $1 and attempts < $2::smallint
