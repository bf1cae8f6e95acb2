"""Days whose rollups are stale and must be rebuilt from the raw rows."""

from collections.abc import Iterable
from datetime import date, datetime

from common.store import load_queries
from common.store.connection import Executor

_SQL = load_queries("common.rollups")


async def mark_stale(
    connection: Executor, shard: int, days: Iterable[tuple[int, date]], now: datetime, *, exits_only: bool = False
) -> None:
    """Mark days as stale, in the transaction that changes their raw rows.

    ``shard``: the shard of those rows. ``days``: site ids with days of the site's calendar. ``exits_only``: only the
    rollups of exit pages are stale; they are rebuilt separately, because that has to wait for the end of the day.
    """
    marked = sorted(set(days))
    parts = [True] if exits_only else [False, True]
    await connection.execute(
        _SQL["mark_stale"], shard, [site for site, _ in marked], [day for _, day in marked], parts, now
    )
