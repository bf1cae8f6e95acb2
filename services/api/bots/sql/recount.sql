-- How far a site's recount is. No row when there never was one. $1: site.
select
    requested_at, finished_at, shard, visits_seen, visits_changed,
    (select count(distinct day) from rollup_dirty where site_id = $1 and not exits_only) as days_to_rebuild
from bot_recounts
where site_id = $1
