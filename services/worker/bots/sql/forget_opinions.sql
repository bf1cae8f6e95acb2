-- Opinions of a shard's visitors who are not thought of so any more. $1 shard, $2 site, $3 when the new ones were formed.
delete from bot_opinions where shard = $1 and site_id = $2 and computed_at < $3
