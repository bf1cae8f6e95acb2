-- $1 shard, $2 site, $3 begin of the first day that stays.
delete from bot_suspects where shard = $1 and site_id = $2 and started_at < $3
