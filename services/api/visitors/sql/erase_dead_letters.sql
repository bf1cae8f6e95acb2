-- Letters that name the visitor, also those that could not be decoded. $1 shard, $2 site, $3 the visitor's 16 bytes.
delete from dead_letters
where shard = $1 and (site_id = $2 or site_id is null) and position($3::bytea in payload) > 0
