"""When work runs: the dispatcher of shards, the job queue, and the schedule of periodic tasks."""
