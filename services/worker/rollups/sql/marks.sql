-- How often days were put in doubt. $1 site, $2 days.
select shard, day, exits_only, marks from rollup_dirty where site_id = $1 and day = any($2::date[])
