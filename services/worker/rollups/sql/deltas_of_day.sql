-- The deltas that a shard's raw rows of a day tell, too. $1 shard, $2 site, $3 day.
select distinct id from rollup_deltas where shard = $1 and site_id = $2 and day = $3
