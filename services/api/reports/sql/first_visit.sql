-- When the oldest visit to the site began in one shard. $1 site, $2 shard.
select min(started_at) from visits where site_id = $1 and shard = $2
