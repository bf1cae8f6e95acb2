shard, visitor_id, visit_started_at
