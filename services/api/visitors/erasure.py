"""Erasing a visitor: everything that is stored, and what is still on its way.

The shard's ingest stands still meanwhile, so nothing is written between the deletions. Beacons that were sent before
may still lie on the stream, in a collector's spool or in a log that is imported again; the record of the erasure
makes the worker drop them. What the visitor sends afterwards is a new visitor's.
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
"""A collector's clock may be that much ahead of ours."""
_SECONDS = 120
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """How many rows of each."""

    visits: int
    events: int
    dead_letters: int


class VisitorEraser:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def erase(self, key: VisitorKey, zone: ZoneInfo, now: datetime) -> ErasedRows:
        """All of it or nothing. A visitor of whom nothing is stored is no error. ``zone``: the site's.

        Rollups hold no visitor whom one could take out of them, so the visitor's days are made anew.
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
            for statement in ("erase_suspicions", "erase_opinion"):
                await connection.execute(_SQL[statement], *key)
            days = {(key.site_id, day) for start, end in visits for day in _days(start, end, zone)}
            if days:
                await mark_stale(connection, key.shard, days, now)
        return ErasedRows(len(visits), sum(map(_rows, events)), _rows(letters))


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """On which the site had something of a visit."""
    first, last = (moment.astimezone(zone).date() for moment in (start - SESSION_TIMEOUT, end))
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _rows(status: str) -> int:
    """How many rows a statement touched, from what Postgres says of it, like ``DELETE 3``."""
    return int(status.rpartition(" ")[2])
