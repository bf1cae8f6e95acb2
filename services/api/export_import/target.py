"""A site's rows into the store: a chunk a transaction, each of one shard, as the ingest does it.

What is there already is not stored again, so that an import which broke off can be repeated. Days whose raw rows change
are marked in the same transaction, so that reports read them raw until their rollups are made anew.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.identity import shard_of
from common.rollups.stale_days import mark_stale
from common.store import load_queries
from common.store.shard_lock import lock_shard
from common.visits import VISIT_COLUMNS
from services.api.export_import.rows import KIND_NUMBERS, NO_PROPS, Event, Row, Visit
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.models import Site

CHUNK = 2_000
"""Rows that a transaction stores, about."""
MOST_WAITING = 40_000
"""Rows that may wait for their shard's chunk to fill up."""
_SECONDS = 120
_SQL = load_queries(__package__)
_VISIT_FIELDS = tuple(name for name in Visit.__struct_fields__ if name not in ("first_visit", "last_visit"))
_VISIT_COLUMNS = tuple("started_at" if name == "visit_started_at" else name for name in _VISIT_FIELDS)
_ADD_VISITS = _SQL["add_visits"].format(
    columns=", ".join(_VISIT_COLUMNS),
    arrays=", ".join(f"${number}::{VISIT_COLUMNS[column]}[]" for number, column in enumerate(_VISIT_COLUMNS, 3)),
)


@dataclass(slots=True)
class Tally:
    """What became of the rows."""

    visits: int = 0
    """Rows that were read."""
    events: int = 0
    visits_stored: int = 0
    """Rows that were added, or brought up to date."""
    events_stored: int = 0
    erased: int = 0
    """Rows of visitors who were erased here, from before that."""
    without_visit: int = 0
    """Events that lie in no visit of their visitor's."""


@dataclass(slots=True)
class _Chunk:
    visits: dict[tuple[UUID, datetime], Visit] = field(default_factory=dict)
    events: dict[tuple[datetime, UUID], Event] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.visits) + len(self.events)


class SiteImport:
    """One import. ``add`` rows as they come, visits before their events, and ``finish``."""

    def __init__(self, pool: "asyncpg.Pool[Any]", site: Site, shards: int, clock: Clock) -> None:
        self._pool = pool
        self._site = site
        self._shards = shards
        self._clock = clock
        self._waiting: dict[int, _Chunk] = {}
        self._rows_waiting = 0
        self._months: set[date] = set()
        self.tally = Tally()

    async def add(self, rows: Iterable[Row]) -> None:
        """Raises ``SiteNotFoundError`` when the site was deleted meanwhile."""
        full: dict[int, None] = {}
        for row in rows:
            shard = shard_of(row.visitor_id.bytes, self._shards)
            chunk = self._waiting.setdefault(shard, _Chunk())
            before = len(chunk)
            if isinstance(row, Visit):
                self.tally.visits += 1
                chunk.visits[row.visitor_id, row.visit_started_at] = row
            else:
                self.tally.events += 1
                chunk.events[row.time, row.id] = row
            self._rows_waiting += len(chunk) - before
            if len(chunk) >= CHUNK:
                full[shard] = None
        for shard in full:
            await self._store_waiting(shard)
        while self._rows_waiting > MOST_WAITING:
            await self._store_waiting(max(self._waiting, key=lambda shard: len(self._waiting[shard])))

    async def finish(self) -> None:
        for shard in sorted(self._waiting):
            await self._store_waiting(shard)

    async def _store_waiting(self, shard: int) -> None:
        chunk = self._waiting.pop(shard)
        self._rows_waiting -= len(chunk)
        await self._ensure_partitions(chunk)
        began = time.monotonic()
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_SQL["share_site"], self._site.id, timeout=_SECONDS) is None:
                raise SiteNotFoundError("the site was deleted")
            await lock_shard(connection, shard, _SECONDS)
            stored = await self._store(_ShardChunk(connection, shard, self._site.id), chunk)
            await self._mark(connection, shard, stored)
        # Others have the server for a while.
        await asyncio.sleep((time.monotonic() - began) / 4)

    async def _store(self, target: "_ShardChunk", chunk: _Chunk) -> list[datetime]:
        """Gives when what was stored happened."""
        erased = await target.erasures(
            {visitor for visitor, _ in chunk.visits} | {e.visitor_id for e in chunk.events.values()}
        )
        visits, events = list(chunk.visits.values()), list(chunk.events.values())
        if erased:
            visits = [v for v in visits if not _is_erased(v.visitor_id, v.visit_started_at, erased)]
            events = [e for e in events if not _is_erased(e.visitor_id, min(e.time, e.visit_started_at), erased)]
            self.tally.erased += len(chunk) - len(visits) - len(events)
        moments: list[datetime] = []
        if visits:
            await target.add_visitors(visits, erased)
            added = await target.add_visits(visits)
            self.tally.visits_stored += len(added)
            moments += added
        if events:
            placed, added = await target.add_events(events)
            self.tally.events_stored += len(added)
            self.tally.without_visit += len(events) - placed
            moments += added
        return moments

    async def _mark(self, connection: Any, shard: int, moments: Sequence[datetime]) -> None:
        if not moments:
            return
        zone, now = self._site.zone, utc(self._clock())
        days = {moment.astimezone(zone).date() for moment in moments}
        await mark_stale(connection, shard, ((self._site.id, day) for day in days), now)
        if min(days) < now.astimezone(zone).date():
            await connection.execute(_SQL["raise_version"], self._site.id, timeout=_SECONDS)

    async def _ensure_partitions(self, chunk: _Chunk) -> None:
        moments = [start for _, start in chunk.visits] + [time for time, _ in chunk.events]
        missing = {date(moment.year, moment.month, 1) for moment in map(_as_utc, moments)} - self._months
        if missing:
            await self._pool.execute(_SQL["ensure_partitions"], sorted(missing), timeout=_SECONDS)
            self._months |= missing


class Target:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: int, clock: Clock) -> None:
        self._pool = pool
        self._shards = shards
        self._clock = clock

    def begin(self, site: Site) -> SiteImport:
        return SiteImport(self._pool, site, self._shards, self._clock)


class _ShardChunk:
    """Writes for one shard and site, in a transaction."""

    def __init__(self, connection: Any, shard: int, site_id: int) -> None:
        self._connection = connection
        self._key = (shard, site_id)

    async def erasures(self, visitors: Collection[UUID]) -> Mapping[UUID, datetime]:
        rows = await self._fetch("erasures", list(visitors))
        return {row["visitor_id"]: row["until"] for row in rows}

    async def add_visitors(self, visits: Iterable[Visit], erased: Mapping[UUID, datetime]) -> None:
        spans: dict[UUID, tuple[datetime, datetime]] = {}
        for visit in visits:
            # Of somebody who was erased and came back, nothing is known from before.
            forgotten = _is_erased(visit.visitor_id, visit.first_visit, erased)
            first, last = visit.visit_started_at if forgotten else visit.first_visit, visit.last_visit
            known = spans.get(visit.visitor_id)
            spans[visit.visitor_id] = (min(first, known[0]), max(last, known[1])) if known else (first, last)
        firsts, lasts = zip(*spans.values(), strict=True)
        await self._fetch("add_visitors", list(spans), firsts, lasts)

    async def add_visits(self, visits: Sequence[Visit]) -> list[datetime]:
        """Gives when those began that were not there, or not as far."""
        columns = [[getattr(visit, name) for visit in visits] for name in _VISIT_FIELDS]
        added = await self._connection.fetch(_ADD_VISITS, *self._key, *columns, timeout=_SECONDS)
        return [row["started_at"] for row in added]

    async def add_events(self, events: Sequence[Event]) -> tuple[int, list[datetime]]:
        """Gives how many lie in a visit, and when those happened that were not there."""
        starts = [event.visit_started_at for event in events]
        (row,) = await self._fetch(
            "add_events",
            [event.visitor_id for event in events],
            starts,
            [event.time for event in events],
            [event.id for event in events],
            [KIND_NUMBERS[event.kind] for event in events],
            [event.is_bot for event in events],
            [event.engaged_ms for event in events],
            [event.scroll for event in events],
            [event.hostname for event in events],
            [event.path for event in events],
            [event.name for event in events],
            [None if event.props == NO_PROPS else event.props for event in events],
            min(starts),
            max(starts),
        )
        return row["placed"], row["added"]

    async def _fetch(self, name: str, *args: Any) -> Sequence[Any]:
        found: Sequence[Any] = await self._connection.fetch(_SQL[name], *self._key, *args, timeout=_SECONDS)
        return found


def _is_erased(visitor: UUID, at: datetime, erased: Mapping[UUID, datetime]) -> bool:
    return visitor in erased and at <= erased[visitor]


def _as_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
