"""A site that is usually busy at this time of the day and sends nothing: its tracker is gone, or the site is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from common.store import load_queries

DAYS = 7
BUSY_DAYS = 4
"""Of the last seven; so a site's nights are no silence."""
LOOKS_BACK = timedelta(days=2)
_SQL = load_queries("services.worker.alerts")


async def silent_since(
    connection: Any, shards: Sequence[int], site_id: int, minutes: int, now: datetime
) -> datetime | None:
    """When the last beacon came; None where one came in the last ``minutes``, or where none was to be expected."""
    last = await _last(connection, shards, site_id, now - LOOKS_BACK, now)
    span = timedelta(minutes=minutes)
    if last is None or last > now - span:
        return None
    busy = 0
    for days in range(1, DAYS + 1):
        end = now - timedelta(days=days)
        busy += await _last(connection, shards, site_id, end - span, end) is not None
    return last if busy >= BUSY_DAYS else None


async def _last(
    connection: Any, shards: Sequence[int], site_id: int, since: datetime, until: datetime
) -> datetime | None:
    """Shard by shard: each has its own order of time, and a server of its own where the database is distributed."""
    found = [await connection.fetchval(_SQL["last_beacon"], shard, site_id, since, until) for shard in shards]
    return max(filter(None, found), default=None)
