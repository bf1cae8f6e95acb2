"""Erases a visitor: everything that is stored, and beacons that are still queued.

The shard's ingest waits until the transaction ends, so nothing is written between the deletions. Earlier beacons can
still be in the stream, in a collector's spool or in a log that is imported again; because of the record of the erasure
the worker drops them. Later beacons belong to a new visitor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.rollups.stale_days import mark_stale
from common.store import Pool, load_queries
from common.store.shard_lock import lock_shard
from common.visits import SESSION_TIMEOUT
from services.api.visitors.models import VisitorKey

MAX_CLOCK_SKEW = timedelta(seconds=5)
"""How far a collector's clock can be ahead."""
_SECONDS = 120
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """Number of deleted rows."""

    visits: int
    events: int
    dead_letters: int


class VisitorEraser:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def erase(self, key: VisitorKey, zone: ZoneInfo, now: datetime) -> ErasedRows:
        """Erase a visitor in one transaction. It is no error when nothing is stored. ``zone``: the site's time zone.

        A single visitor cannot be removed from a rollup, so the rollups of the visitor's days are rebuilt.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await lock_shard(connection, key.shard, _SECONDS)
            await connection.execute(_SQL["record_erasure"], *key, now + MAX_CLOCK_SKEW)
            await connection.execute(_SQL["erase_visitor"], *key)
            visits = await connection.fetch(_SQL["erase_visits"], *key, timeout=_SECONDS)
            events = [
                await connection.execute(_SQL["erase_events"], *key, start - SESSION_TIMEOUT, end, timeout=_SECONDS)
                for start, end in visits
            ]
            letters = await connection.execute(
                _SQL["erase_dead_letters"], key.shard, key.site_id, key.visitor_id.bytes, timeout=_SECONDS
            )
            await connection.execute(_SQL["delete_note"], key.site_id, key.visitor_id)
            for statement in ("erase_candidates", "erase_score"):
                await connection.execute(_SQL[statement], *key)
            days = {(key.site_id, day) for start, end in visits for day in _days(start, end, zone)}
            if days:
                await mark_stale(connection, key.shard, days, now)
        return ErasedRows(len(visits), sum(map(_rows, events)), _rows(letters))


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Return the days, in the site's time zone, on which events of the visit can be."""
    first, last = (moment.astimezone(zone).date() for moment in (start - SESSION_TIMEOUT, end))
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _rows(status: str) -> int:
    """Return the number of affected rows in a command tag such as ``DELETE 3``."""
    return int(status.rpartition(" ")[2])
