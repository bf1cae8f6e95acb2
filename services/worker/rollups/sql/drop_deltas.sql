-- What the raw rows of a day say, its deltas need not say again. $1 site, $2 day.
delete from rollup_deltas where site_id = $1 and day = $2
