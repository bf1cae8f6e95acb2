shard, visitor_id
