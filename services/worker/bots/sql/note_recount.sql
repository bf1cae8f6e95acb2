-- How far a recount is. $1 site, $2 shard, $3 and $4 after which visit, $5 how many were seen, $6 changed; $7: when
-- it was done, or null.
update bot_recounts
set shard = $2, after_start = $3, after_visitor = $4, visits_seen = visits_seen + $5,
    visits_changed = visits_changed + $6, finished_at = $7
where site_id = $1
