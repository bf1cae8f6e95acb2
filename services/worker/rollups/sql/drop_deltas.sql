-- What the raw rows of a day say, its deltas need not say again. $1 shard, $2 site, $3 day, $4 ids of the deltas.
delete from rollup_deltas where shard = $1 and site_id = $2 and day = $3 and id = any($4::uuid[])
