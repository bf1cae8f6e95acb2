"""Days whose rollups are not to be believed until they are made anew from the raw rows."""

from collections.abc import Iterable
from datetime import date, datetime

from common.store import load_queries
from common.store.connection import Executor

_SQL = load_queries("common.rollups")


async def mark_dirty(
    connection: Executor, shard: int, days: Iterable[tuple[int, date]], now: datetime, *, exits_only: bool = False
) -> None:
    """Marks days (site id, and the day by the site's calendar) in the transaction that changes their raw rows.

    ``shard``: of those rows. ``exits_only``: nothing but which pages were the last ones is in doubt. These are made
    apart, since they wait for the day to be over.
    """
    wanted = sorted(set(days))
    parts = [True] if exits_only else [False, True]
    await connection.execute(
        _SQL["mark_dirty"], shard, [site for site, _ in wanted], [day for _, day in wanted], parts, now
    )
