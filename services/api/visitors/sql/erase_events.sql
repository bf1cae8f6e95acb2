-- The events of one of a visitor's visits. By its own span, because no index has the visitor and this one has the time.
-- $1 shard, $2 site, $3 visitor, $4 no event before, $5 no event after.
delete from events
where shard = $1 and site_id = $2 and visitor_id = $3 and ts >= $4 and ts <= $5
