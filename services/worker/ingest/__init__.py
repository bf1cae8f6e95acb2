"""The write path: stores the beacons of a shard's stream in PostgreSQL, exactly once."""
