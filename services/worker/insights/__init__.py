"""What a site's past says of its days to come, and of the days that were not like the others.

Nothing here is imported by a worker that ingests: ``python -m services.worker.insights`` is a process of its own, so
that what it costs in time and memory ends with it. ``services.worker.insights.runs`` starts it.
"""
