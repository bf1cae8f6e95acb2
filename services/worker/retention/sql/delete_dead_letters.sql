-- $1 shard, $2 site, $3 begin of the first day that stays.
delete from dead_letters where shard = $1 and site_id = $2 and coalesce(received_at, failed_at) < $3
