"""What the worker has found out about a site's days, and asking it to look again."""
