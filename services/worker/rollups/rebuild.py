"""Days made anew from the raw rows: after a correction, and for what is known only when a day is over.

All of a month's days are written in one transaction. The raw rows are read on another connection, shard by shard, and
while one is read nobody writes to it. Raw rows and deltas are committed together, so the deltas that are there then are
told by the raw rows, too, and go; those that come afterwards stay. And marks only go if they are those that were there
before anything was read. So nothing depends on one snapshot of all shards, which no distributed database has.
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

from common.beacon import Kind
from common.clock import Clock, utc
from common.rollups import Grain, RollupDimension, visitor_hash
from common.store.shard_lock import lock_shard
from common.visits import is_bounce, visit_values
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.facts import Facts
from services.worker.rollups.fold import fold
from services.worker.rollups.store import SQL, derive, finish, hold_site, replace_day
from services.worker.rollups.tally import Tally

CORRECTION_DELAY = timedelta(seconds=10)
"""After a correction, until every worker counts by it."""
QUIET = timedelta(seconds=60)
"""After the last visit that changed, until a day's exit pages are read. Imports go on for longer than a batch."""
OVER = timedelta(hours=1)
"""After the end of a day, until its last visits are over."""

_EXITS = (RollupDimension.EXIT,)
_ALL_BUT_EXITS = tuple(dimension for dimension in RollupDimension if dimension is not RollupDimension.EXIT)
_RAW_SECONDS = 300
_LINES_AT_ONCE = 200_000
_log = structlog.get_logger()


class StoppedError(Exception):
    """The worker should stop; nothing of what was begun is kept."""


class DirtyDay(NamedTuple):
    site_id: int
    timezone: str
    day: date
    exits_only: bool
    marked_at: datetime


class _Span(NamedTuple):
    shard: int
    site_id: int
    begin: datetime
    end: datetime


class Rebuild:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, at_once: bool = False
    ) -> int:
        """Makes dirty days anew until none is left that is due, ``seconds`` are over, or it should stop.

        ``at_once``: also those whose time has not come. Gives how many days were made.
        """
        deadline, made = time.monotonic() + seconds, 0
        days = [DirtyDay(*row) for row in await self._pool.fetch(SQL["dirty_days"])]
        due = [day for day in days if at_once or self._is_due(day)]
        for (site_id, _), of_month in groupby(due, key=lambda d: (d.site_id, Grain.MONTH.first_day(d.day))):
            try:
                made += await self._remake(site_id, list(of_month), should_stop)
            except StoppedError:
                break
            except asyncpg.DeadlockDetectedError:
                # A correction put the same days in doubt; they are still marked, and come again.
                _log.info("days were put in doubt while they were made anew", site=site_id)
            if time.monotonic() > deadline or should_stop():
                break
        return made

    def _is_due(self, dirty: DirtyDay) -> bool:
        now = utc(self._clock())
        if not dirty.exits_only:
            return dirty.marked_at + CORRECTION_DELAY <= now
        over = Calendar(dirty.timezone).bounds(dirty.day)[1]
        return over + OVER <= now and dirty.marked_at + QUIET <= now

    async def _remake(self, site_id: int, days: Sequence[DirtyDay], should_stop: Callable[[], bool]) -> int:
        async with hold_site(self._pool, site_id) as connection:
            if connection is None:
                return 0
            async with self._pool.acquire() as reading, connection.transaction():
                marks = await connection.fetch(SQL["marks"], site_id, sorted({dirty.day for dirty in days}))
                # Only now: whoever changes the time zone marks the days with it.
                calendar = Calendar(await connection.fetchval(SQL["site_timezone"], site_id) or "UTC")
                read = _Reading(reading, site_id, calendar, self._shards, should_stop)
                whole = [dirty.day for dirty in days if not dirty.exits_only]
                exits = [dirty.day for dirty in days if dirty.exits_only]
                for day in whole:
                    tally, told = await read.count(day)
                    await replace_day(connection, site_id, day, _ALL_BUT_EXITS, tally)
                    for shard, deltas in told.items():
                        await connection.execute(SQL["drop_deltas"], shard, site_id, day, deltas)
                for day in exits:
                    await replace_day(connection, site_id, day, _EXITS, await read.count_exits(day))
                for dimensions, changed in ((_ALL_BUT_EXITS, whole), (_EXITS, exits)):
                    for grain in (Grain.WEEK, Grain.MONTH):
                        for first in sorted({grain.first_day(day) for day in changed}):
                            if should_stop():
                                raise StoppedError
                            await derive(connection, site_id, grain, first, dimensions)
                await connection.execute(SQL["raise_version"], site_id)
                made = {(dirty.day, dirty.exits_only) for dirty in days}
                await self._clean(
                    connection, site_id, [mark for mark in marks if (mark["day"], mark["exits_only"]) in made]
                )
                await finish(connection, site_id)
        _log.info("rollups made anew", site=site_id, days=len(whole), exits=len(exits))
        return len(days)

    async def _clean(self, connection: Any, site_id: int, marks: Sequence[Any]) -> None:
        """``marks``: as marks.sql has them. Holds their shards, so that it does not wait for who waits for it."""
        for shard, of_shard in groupby(sorted(marks, key=itemgetter("shard")), key=itemgetter("shard")):
            seen = [(mark["day"], mark["exits_only"], mark["marks"]) for mark in of_shard]
            await lock_shard(connection, shard)
            await connection.execute(SQL["clean_days"], shard, site_id, *map(list, zip(*seen, strict=True)))


class _Reading:
    """A site's raw rows of a day, counted."""

    def __init__(
        self, connection: Any, site_id: int, calendar: Calendar, shards: Iterable[int], should_stop: Callable[[], bool]
    ) -> None:
        self._connection = connection
        self._site_id = site_id
        self._calendar = calendar
        self._shards = shards
        self._should_stop = should_stop

    async def count(self, day: date) -> tuple[Tally, dict[int, list[UUID]]]:
        """What the day has, but for exit pages, and by shard the ids of the deltas that tell some of it."""
        tally, told, calendars = Tally(), {}, {self._site_id: self._calendar}
        facts = Facts(calendars, only=day)
        async for span in self._shards_of(day):
            async with self._connection.transaction():
                await lock_shard(self._connection, span.shard)
                deltas = await self._connection.fetch(SQL["deltas_of_day"], span.shard, self._site_id, day)
                visits = await self._connection.fetch(SQL["raw_visits"], *span, timeout=_RAW_SECONDS)
                events = await self._connection.fetch(SQL["raw_events"], *span, timeout=_RAW_SECONDS)
            if deltas:
                told[span.shard] = [delta["id"] for delta in deltas]
            if visits:
                await asyncio.to_thread(_add_raw, facts, self._site_id, visits, events)
            if facts.lines > _LINES_AT_ONCE:
                await asyncio.to_thread(_add_up, facts, tally)
                facts = Facts(calendars, only=day)
        await asyncio.to_thread(_add_up, facts, tally)
        return tally, told

    async def count_exits(self, day: date) -> Tally:
        tally = Tally()
        async for span in self._shards_of(day):
            for visitor_id, started_at, ended_at, pageviews, events, exit_page in await self._connection.fetch(
                SQL["raw_exits"], *span, timeout=_RAW_SECONDS
            ):
                bounced = is_bounce(pageviews, events)
                counts = (1, bounced, _ms(ended_at - started_at), 0, 0, 0, 0, 0, 0)
                tally.add(
                    RollupDimension.EXIT,
                    day,
                    [exit_page],
                    [[count] for count in counts],
                    [visitor_hash(visitor_id.bytes)],
                )
        return tally

    async def _shards_of(self, day: date) -> AsyncIterator[_Span]:
        """The arguments of each shard's raw rows. A shard at a time, so that no day is too large to be held."""
        for shard in self._shards:
            if self._should_stop():
                raise StoppedError
            yield _Span(shard, self._site_id, *self._calendar.bounds(day))


def _add_raw(facts: Facts, site_id: int, visits: list[Any], events: list[Any]) -> None:
    """Adds a shard's part of a day. ``visits``, ``events``: as raw_visits.sql and raw_events.sql have them."""
    known: dict[tuple[Any, datetime], tuple[int, tuple[str, ...], bytes]] = {}
    for visitor_id, started_at, ended_at, pageviews, happened, *columns in visits:
        begin, values, visitor = _epoch_ms(started_at), visit_values(columns), visitor_hash(visitor_id.bytes)
        known[visitor_id, started_at] = begin, values, visitor
        facts.add_visit(
            site_id, begin, values, 1, int(is_bounce(pageviews, happened)), _ms(ended_at - started_at), visitor
        )
    for visitor_id, visit_started_at, ts, kind, path, name, engaged_ms, scroll in events:
        visit = known.get((visitor_id, visit_started_at))
        if visit is not None:
            begin, values, visitor = visit
            facts.add_event(site_id, _epoch_ms(ts), Kind(kind), path, name, engaged_ms, scroll, begin, values, visitor)


def _add_up(facts: Facts, tally: Tally) -> None:
    for delta in fold(facts):
        tally.add(delta.dimension, delta.day, delta.values, delta.counts, delta.visitors)


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
