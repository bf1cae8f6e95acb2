"""Rebuilds of stale days from the raw rows: after a correction, and for exit pages once the day is over.

All stale days of a month are rebuilt in one transaction. Another connection reads the raw rows shard by shard, and
locks the shard while it does. Raw rows and deltas are committed together, so the raw rows already contain the deltas
that exist at that time; these are deleted, and later ones stay. A mark of a stale day is only cleared if it existed
before anything was read. So the rebuild does not depend on one snapshot of all shards, which no distributed database
has.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog
from asyncpg import Record

from common.beacon import Kind
from common.clock import Clock, utc
from common.dimensions import visit_values
from common.rollups import Grain, RollupDimension, visitor_hash
from common.store.connection import Connection, Pool
from common.store.shard_lock import lock_shard
from common.visits import is_bounce
from services.worker.rollups.aggregation import aggregate
from services.worker.rollups.bucket_sums import BucketSums
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.contributions import Contributions
from services.worker.rollups.store import SQL, derive_from_days, lock_site, replace_day, wait_for_readers

CORRECTION_DELAY = timedelta(seconds=10)
"""Time after a correction until every worker uses the new site policies."""
QUIET_PERIOD = timedelta(seconds=60)
"""Time after the last changed visit until the exit pages of a day are read. An import lasts longer than one batch."""
VISITS_END_AFTER = timedelta(hours=1)
"""Time after the end of a day until its last visits have ended."""

_EXITS = (RollupDimension.EXIT,)
_ALL_BUT_EXITS = tuple(dimension for dimension in RollupDimension if dimension is not RollupDimension.EXIT)
_READ_TIMEOUT_SECONDS = 300
_MAX_ROWS_IN_MEMORY = 200_000
_log = structlog.get_logger()


class StoppedError(Exception):
    """The worker should stop. The transaction is rolled back."""


class StaleDay(NamedTuple):
    site_id: int
    timezone: str
    day: date
    exits_only: bool
    marked_at: datetime


class _ShardDay(NamedTuple):
    """The arguments of the statements that read raw rows."""

    shard: int
    site_id: int
    begin: datetime
    end: datetime


class Rebuild:
    def __init__(self, pool: Pool, shards: Iterable[int], clock: Clock) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, at_once: bool = False
    ) -> int:
        """Rebuild stale days until none is due, ``seconds`` have passed, or it should stop.

        ``at_once``: also rebuild days that are not due yet. Returns the number of days rebuilt.
        """
        deadline, rebuilt = time.monotonic() + seconds, 0
        days = [StaleDay(*row) for row in await self._pool.fetch(SQL["stale_days"])]
        due = [day for day in days if at_once or self._is_due(day)]
        for (site_id, _), in_month in groupby(due, key=lambda stale: (stale.site_id, Grain.MONTH.first_day(stale.day))):
            try:
                rebuilt += await self._rebuild_month(site_id, list(in_month), should_stop)
            except StoppedError:
                break
            except asyncpg.DeadlockDetectedError:
                # A correction marked the same days. They are still stale, so the next run rebuilds them.
                _log.info("rollups: rebuild conflicted with a correction; retrying", site=site_id)
            if time.monotonic() > deadline or should_stop():
                break
        return rebuilt

    def _is_due(self, stale: StaleDay) -> bool:
        now = utc(self._clock())
        if not stale.exits_only:
            return stale.marked_at + CORRECTION_DELAY <= now
        _, end = Calendar(stale.timezone).bounds(stale.day)
        return end + VISITS_END_AFTER <= now and stale.marked_at + QUIET_PERIOD <= now

    async def _rebuild_month(self, site_id: int, days: Sequence[StaleDay], should_stop: Callable[[], bool]) -> int:
        async with lock_site(self._pool, site_id) as connection:
            if connection is None:
                return 0
            async with self._pool.acquire() as reading, connection.transaction():
                marks = await connection.fetch(SQL["marks"], site_id, sorted({stale.day for stale in days}))
                # Read the time zone after the marks: a change of the time zone marks the days in its transaction.
                calendar = Calendar(await connection.fetchval(SQL["site_timezone"], site_id) or "UTC")
                raw_rows = _RawRows(reading, site_id, calendar, self._shards, should_stop)
                await _replace_days(connection, site_id, days, raw_rows)
                await _derive_longer_buckets(connection, site_id, days, should_stop)
                await connection.execute(SQL["raise_version"], site_id)
                rebuilt = {(stale.day, stale.exits_only) for stale in days}
                await _clear_marks(
                    connection, site_id, [mark for mark in marks if (mark["day"], mark["exits_only"]) in rebuilt]
                )
                await wait_for_readers(connection, site_id)
        exits = sum(stale.exits_only for stale in days)
        _log.info("rollups: rebuilt days", site=site_id, days=len(days) - exits, exits=exits)
        return len(days)


async def _replace_days(connection: Connection, site_id: int, days: Sequence[StaleDay], raw_rows: "_RawRows") -> None:
    for day in _days_of(days, exits_only=False):
        sums, deltas = await raw_rows.count(day)
        await replace_day(connection, site_id, day, _ALL_BUT_EXITS, sums)
        for shard, ids in deltas.items():
            await connection.execute(SQL["delete_deltas"], shard, site_id, day, ids)
    for day in _days_of(days, exits_only=True):
        await replace_day(connection, site_id, day, _EXITS, await raw_rows.count_exits(day))


async def _derive_longer_buckets(
    connection: Connection, site_id: int, days: Sequence[StaleDay], should_stop: Callable[[], bool]
) -> None:
    for dimensions, exits_only in ((_ALL_BUT_EXITS, False), (_EXITS, True)):
        for grain in (Grain.WEEK, Grain.MONTH):
            for first in sorted({grain.first_day(day) for day in _days_of(days, exits_only=exits_only)}):
                if should_stop():
                    raise StoppedError
                await derive_from_days(connection, site_id, grain, first, dimensions)


def _days_of(days: Sequence[StaleDay], *, exits_only: bool) -> list[date]:
    return [stale.day for stale in days if stale.exits_only is exits_only]


async def _clear_marks(connection: Connection, site_id: int, marks: Sequence[Record]) -> None:
    """Clear the marks, and lock their shards first: a correction locks in the same order, which avoids deadlocks."""
    for shard, in_shard in groupby(sorted(marks, key=itemgetter("shard")), key=itemgetter("shard")):
        seen = [(mark["day"], mark["exits_only"], mark["marks"]) for mark in in_shard]
        await lock_shard(connection, shard)
        await connection.execute(SQL["clear_marks"], shard, site_id, *map(list, zip(*seen, strict=True)))


class _RawRows:
    """Counts the raw rows of a site by day."""

    def __init__(
        self,
        connection: Connection,
        site_id: int,
        calendar: Calendar,
        shards: Iterable[int],
        should_stop: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._site_id = site_id
        self._calendar = calendar
        self._shards = shards
        self._should_stop = should_stop

    async def count(self, day: date) -> tuple[BucketSums, dict[int, list[UUID]]]:
        """Return the sums of the day without exit pages, and by shard the ids of the deltas that they contain."""
        sums, contained, calendars = BucketSums(), {}, {self._site_id: self._calendar}
        contributions = Contributions(calendars, only=day)
        async for shard_day in self._shards_of(day):
            async with self._connection.transaction():
                await lock_shard(self._connection, shard_day.shard)
                deltas = await self._connection.fetch(SQL["deltas_of_day"], shard_day.shard, self._site_id, day)
                visits = await self._connection.fetch(SQL["raw_visits"], *shard_day, timeout=_READ_TIMEOUT_SECONDS)
                events = await self._connection.fetch(SQL["raw_events"], *shard_day, timeout=_READ_TIMEOUT_SECONDS)
            if deltas:
                contained[shard_day.shard] = [delta["id"] for delta in deltas]
            if visits:
                await asyncio.to_thread(_add_raw, contributions, self._site_id, visits, events)
            if contributions.size > _MAX_ROWS_IN_MEMORY:
                await asyncio.to_thread(_add_up, contributions, sums)
                contributions = Contributions(calendars, only=day)
        await asyncio.to_thread(_add_up, contributions, sums)
        return sums, contained

    async def count_exits(self, day: date) -> BucketSums:
        sums = BucketSums()
        async for shard_day in self._shards_of(day):
            for visitor_id, started_at, ended_at, pageviews, events, exit_page in await self._connection.fetch(
                SQL["raw_exits"], *shard_day, timeout=_READ_TIMEOUT_SECONDS
            ):
                bounced = is_bounce(pageviews, events)
                counts = (1, bounced, _ms(ended_at - started_at), 0, 0, 0, 0, 0, 0)
                sums.add(
                    RollupDimension.EXIT,
                    day,
                    [exit_page],
                    [[count] for count in counts],
                    [visitor_hash(visitor_id.bytes)],
                )
        return sums

    async def _shards_of(self, day: date) -> AsyncIterator[_ShardDay]:
        """Yield the shards one at a time, so that even a large day fits into memory."""
        for shard in self._shards:
            if self._should_stop():
                raise StoppedError
            yield _ShardDay(shard, self._site_id, *self._calendar.bounds(day))


def _add_raw(contributions: Contributions, site_id: int, visits: Sequence[Record], events: Sequence[Record]) -> None:
    """Add a shard's part of a day. ``visits``, ``events``: rows of the statements raw_visits and raw_events."""
    known: dict[tuple[Any, datetime], tuple[int, tuple[str, ...], bytes]] = {}
    for visitor_id, started_at, ended_at, pageviews, actions, *columns in visits:
        begin, values, visitor = _epoch_ms(started_at), visit_values(columns), visitor_hash(visitor_id.bytes)
        known[visitor_id, started_at] = begin, values, visitor
        contributions.add_visit(
            site_id, begin, values, 1, int(is_bounce(pageviews, actions)), _ms(ended_at - started_at), visitor
        )
    for visitor_id, visit_started_at, ts, kind, path, name, engaged_ms, scroll in events:
        visit = known.get((visitor_id, visit_started_at))
        if visit is not None:
            begin, values, visitor = visit
            contributions.add_event(
                site_id, _epoch_ms(ts), Kind(kind), path, name, engaged_ms, scroll, begin, values, visitor
            )


def _add_up(contributions: Contributions, sums: BucketSums) -> None:
    for delta in aggregate(contributions):
        sums.add(delta.dimension, delta.day, delta.values, delta.counts, delta.visitors)


def _ms(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
