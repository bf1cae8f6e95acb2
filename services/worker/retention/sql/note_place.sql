-- $1 site, $2 first day that stays, $3 shard, $4 visitor: all before these were looked at.
update retention_runs set shard = $3, after_visitor = $4 where site_id = $1 and kept_from = $2
