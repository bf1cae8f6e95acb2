-- $1 shard, $2 site, $3 visitor.
delete from bot_suspects where shard = $1 and site_id = $2 and visitor_id = $3
