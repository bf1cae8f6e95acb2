"""The write path: from a shard's stream to Postgres, exactly once."""
