"""Stores imported rows of a site: one chunk of one shard per transaction, as the worker does.

Rows that exist already are not stored again, so an interrupted import can be repeated. Days whose raw rows change are
marked as stale in the same transaction, so that reports read raw rows until the rollups are rebuilt.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from common.clock import Clock, utc
from common.identity import shard_of
from common.rollups.stale_days import mark_stale
from common.store import Connection, Pool, load_queries
from common.store.shard_lock import lock_shard
from common.visits import VISIT_COLUMNS
from services.api.export_import.file_format import (
    KIND_NUMBERS,
    NO_PROPS,
    ExportedEvent,
    ExportedVisit,
    ExportRecord,
)
from services.api.sites.models import Site, SiteNotFoundError

CHUNK_ROWS = 2_000
"""Approximate number of rows per transaction."""
MAX_PENDING_ROWS = 40_000
"""Rows held in memory until the chunk of their shard is full."""
_TIMEOUT_SECONDS = 120
_SQL = load_queries(__package__)
_VISIT_FIELDS = tuple(name for name in ExportedVisit.__struct_fields__ if name not in ("first_visit", "last_visit"))
_VISIT_COLUMNS = tuple("started_at" if name == "visit_started_at" else name for name in _VISIT_FIELDS)
_ADD_VISITS = _SQL["add_visits"].format(
    columns=", ".join(_VISIT_COLUMNS),
    arrays=", ".join(f"${number}::{VISIT_COLUMNS[column]}[]" for number, column in enumerate(_VISIT_COLUMNS, 3)),
)


@dataclass(slots=True)
class ImportCounts:
    """How many rows were read, stored and skipped."""

    visits: int = 0
    """Visits read."""
    events: int = 0
    """Events read."""
    visits_stored: int = 0
    """Visits added or updated."""
    events_stored: int = 0
    erased: int = 0
    """Rows skipped because their visitor was erased on this install after they happened."""
    without_visit: int = 0
    """Events skipped because they belong to no visit."""


@dataclass(slots=True)
class _Chunk:
    visits: dict[tuple[UUID, datetime], ExportedVisit] = field(default_factory=dict)
    events: dict[tuple[datetime, UUID], ExportedEvent] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.visits) + len(self.events)


class SiteImport:
    """One import: call ``add`` with visits before their events, then ``finish``."""

    def __init__(self, pool: Pool, site: Site, shards: int, clock: Clock) -> None:
        self._pool = pool
        self._site = site
        self._shards = shards
        self._clock = clock
        self._pending: dict[int, _Chunk] = {}
        self._pending_rows = 0
        self._months: set[date] = set()
        self.counts = ImportCounts()

    async def add(self, rows: Iterable[ExportRecord]) -> None:
        """Raises ``SiteNotFoundError`` if the site was deleted during the import."""
        full: dict[int, None] = {}
        for row in rows:
            shard = shard_of(row.visitor_id.bytes, self._shards)
            chunk = self._pending.setdefault(shard, _Chunk())
            before = len(chunk)
            if isinstance(row, ExportedVisit):
                self.counts.visits += 1
                chunk.visits[row.visitor_id, row.visit_started_at] = row
            else:
                self.counts.events += 1
                chunk.events[row.time, row.id] = row
            self._pending_rows += len(chunk) - before
            if len(chunk) >= CHUNK_ROWS:
                full[shard] = None
        for shard in full:
            await self._store_pending(shard)
        while self._pending_rows > MAX_PENDING_ROWS:
            await self._store_pending(max(self._pending, key=lambda shard: len(self._pending[shard])))

    async def finish(self) -> None:
        """Store all pending rows. Raises ``SiteNotFoundError``."""
        for shard in sorted(self._pending):
            await self._store_pending(shard)

    async def _store_pending(self, shard: int) -> None:
        chunk = self._pending.pop(shard)
        self._pending_rows -= len(chunk)
        await self._ensure_partitions(chunk)
        began = time.monotonic()
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_SQL["lock_site"], self._site.id, timeout=_TIMEOUT_SECONDS) is None:
                raise SiteNotFoundError("the site was deleted")
            await lock_shard(connection, shard, _TIMEOUT_SECONDS)
            stored = await self._store(_ShardTransaction(connection, shard, self._site.id), chunk)
            await self._mark_stale(connection, shard, stored)
        # Leave the database to other requests for a while.
        await asyncio.sleep((time.monotonic() - began) / 4)

    async def _store(self, transaction: "_ShardTransaction", chunk: _Chunk) -> list[datetime]:
        """Return the times of the stored rows."""
        erased = await transaction.erased_until(
            {visitor for visitor, _ in chunk.visits} | {e.visitor_id for e in chunk.events.values()}
        )
        visits, events = list(chunk.visits.values()), list(chunk.events.values())
        if erased:
            visits = [v for v in visits if not _is_erased(v.visitor_id, v.visit_started_at, erased)]
            events = [e for e in events if not _is_erased(e.visitor_id, min(e.time, e.visit_started_at), erased)]
            self.counts.erased += len(chunk) - len(visits) - len(events)
        times: list[datetime] = []
        if visits:
            await transaction.add_visitors(visits, erased)
            added = await transaction.add_visits(visits)
            self.counts.visits_stored += len(added)
            times += added
        if events:
            matched, added = await transaction.add_events(events)
            self.counts.events_stored += len(added)
            self.counts.without_visit += len(events) - matched
            times += added
        return times

    async def _mark_stale(self, connection: Connection, shard: int, times: Sequence[datetime]) -> None:
        if not times:
            return
        zone, now = self._site.zone, utc(self._clock())
        days = {time.astimezone(zone).date() for time in times}
        await mark_stale(connection, shard, ((self._site.id, day) for day in days), now)
        if min(days) < now.astimezone(zone).date():
            await connection.execute(_SQL["increment_rollup_version"], self._site.id, timeout=_TIMEOUT_SECONDS)

    async def _ensure_partitions(self, chunk: _Chunk) -> None:
        times = [start for _, start in chunk.visits] + [time for time, _ in chunk.events]
        missing = {date(time.year, time.month, 1) for time in map(_as_utc, times)} - self._months
        if missing:
            await self._pool.execute(_SQL["ensure_partitions"], sorted(missing), timeout=_TIMEOUT_SECONDS)
            self._months |= missing


class SiteImporter:
    """Starts imports."""

    def __init__(self, pool: Pool, shards: int, clock: Clock) -> None:
        self._pool = pool
        self._shards = shards
        self._clock = clock

    def begin(self, site: Site) -> SiteImport:
        return SiteImport(self._pool, site, self._shards, self._clock)


class _ShardTransaction:
    """Statements for one shard and site in an open transaction."""

    def __init__(self, connection: Connection, shard: int, site_id: int) -> None:
        self._connection = connection
        self._key = (shard, site_id)

    async def erased_until(self, visitors: Collection[UUID]) -> Mapping[UUID, datetime]:
        rows = await self._fetch("erased_until", list(visitors))
        return {row["visitor_id"]: row["until"] for row in rows}

    async def add_visitors(self, visits: Iterable[ExportedVisit], erased: Mapping[UUID, datetime]) -> None:
        spans: dict[UUID, tuple[datetime, datetime]] = {}
        for visit in visits:
            # For a visitor who returned after an erasure, nothing from before it may be stored.
            before_erasure = _is_erased(visit.visitor_id, visit.first_visit, erased)
            first, last = visit.visit_started_at if before_erasure else visit.first_visit, visit.last_visit
            known = spans.get(visit.visitor_id)
            spans[visit.visitor_id] = (min(first, known[0]), max(last, known[1])) if known else (first, last)
        firsts, lasts = zip(*spans.values(), strict=True)
        await self._fetch("add_visitors", list(spans), firsts, lasts)

    async def add_visits(self, visits: Sequence[ExportedVisit]) -> list[datetime]:
        """Add or update visits. Return when those that changed started."""
        columns = [[getattr(visit, name) for visit in visits] for name in _VISIT_FIELDS]
        added = await self._connection.fetch(_ADD_VISITS, *self._key, *columns, timeout=_TIMEOUT_SECONDS)
        return [row["started_at"] for row in added]

    async def add_events(self, events: Sequence[ExportedEvent]) -> tuple[int, list[datetime]]:
        """Add events. Return how many belong to a visit, and the times of those that were new."""
        starts = [event.visit_started_at for event in events]
        shard, site_id = self._key
        (row,) = await self._connection.fetch(
            *_SQL.bind(
                "add_events",
                shard=shard,
                site_id=site_id,
                visitor_ids=[event.visitor_id for event in events],
                visit_starts=starts,
                times=[event.time for event in events],
                ids=[event.id for event in events],
                kinds=[KIND_NUMBERS[event.kind] for event in events],
                are_bots=[event.is_bot for event in events],
                engaged_ms=[event.engaged_ms for event in events],
                scroll=[event.scroll for event in events],
                hostnames=[event.hostname for event in events],
                paths=[event.path for event in events],
                names=[event.name for event in events],
                props=[None if event.props == NO_PROPS else event.props for event in events],
                first_start=min(starts),
                last_start=max(starts),
            ),
            timeout=_TIMEOUT_SECONDS,
        )
        return row["matched"], row["added"]

    async def _fetch(self, name: str, *args: Any) -> Sequence[Any]:
        found: Sequence[Any] = await self._connection.fetch(_SQL[name], *self._key, *args, timeout=_TIMEOUT_SECONDS)
        return found


def _is_erased(visitor: UUID, at: datetime, erased: Mapping[UUID, datetime]) -> bool:
    return visitor in erased and at <= erased[visitor]


def _as_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)
