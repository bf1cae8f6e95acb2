-- $1 site, $2 grain, $3 bucket, $4 dimensions.
delete from rollups where site_id = $1 and grain = $2 and bucket = $3 and dimension = any($4::smallint[])
