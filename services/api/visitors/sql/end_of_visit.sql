-- $1 shard, $2 site, $3 visitor, $4 when the visit began.
select ended_at from visits where shard = $1 and site_id = $2 and visitor_id = $3 and started_at = $4
