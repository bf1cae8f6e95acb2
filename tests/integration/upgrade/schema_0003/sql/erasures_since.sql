-- Erasures that may concern events as old as $2. $1 shard.
select site_id, visitor_id, until from visitor_erasures where shard = $1 and until >= $2
