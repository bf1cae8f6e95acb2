"""When work is done: the dispatcher, the job queue and the periodic tasks."""
