"""What is older than a site keeps: rows go in small batches, each in a transaction of its own.

The days that a batch takes rows of are marked in its transaction, as with every correction. So reports read them raw,
and a worker makes their rollups anew from the little that is left, and the weeks and months that they are part of.
Numbers of days that stay do not change: a visit that went on into one of them is kept, and so are its later events.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from common.clock import Clock, utc
from common.rollups.stale_days import mark_stale
from services.worker.retention.months import drop_months
from services.worker.retention.statements import SQL
from services.worker.rollups.calendar import Calendar

BATCH_ROWS = 5_000
TOLD_FOR = timedelta(days=400)
"""How long the report of what went is kept."""
_NOBODY = UUID(int=0)
_log = structlog.get_logger()


class Due(NamedTuple):
    site_id: int
    timezone: str
    kept_from: date
    """By the site's calendar."""

    @property
    def begin(self) -> datetime:
        """The moment from which on everything stays."""
        return Calendar(self.timezone).bounds(self.kept_from)[0]


class Retention:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock, batch: int = BATCH_ROWS) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Until nothing is left that should go, ``seconds`` are over, or it should stop. The next run goes on."""
        deadline = time.monotonic() + seconds
        now = utc(self._clock())
        sites = [Due(*row) for row in await self._pool.fetch(SQL["due"], now)]
        for due in sites:
            await self._pool.execute(SQL["begin_run"], due.site_id, due.kept_from, now)
        if sites:
            await drop_months(self._pool, now)
            await self._pool.execute(SQL["forget_runs"], now - TOLD_FOR)
        for due in sites:
            async for _ in self._batches(due):
                if time.monotonic() > deadline or should_stop():
                    return
            await self._pool.execute(SQL["finish_run"], due.site_id, due.kept_from, utc(self._clock()))
            _log.info("retention kept", site=due.site_id, kept_from=str(due.kept_from))

    async def _batches(self, due: Due) -> AsyncIterator[int]:
        """Deletes what should go, and gives after each batch how many rows were looked at."""
        for take in (self._events, self._visits, self._dead_letters):
            for shard in self._shards:
                began = time.monotonic()
                while rows := await take(due, shard):
                    yield rows
                    # Others have the server for as long as it took.
                    await asyncio.sleep(time.monotonic() - began)
                    began = time.monotonic()
        while await self._visitors(due):
            yield self._batch

    async def _events(self, due: Due, shard: int) -> int:
        return await self._raw(due, shard, "delete_events")

    async def _visits(self, due: Due, shard: int) -> int:
        return await self._raw(due, shard, "delete_visits")

    async def _raw(self, due: Due, shard: int, name: str) -> int:
        async with self._held(due) as (connection, run):
            if run is None:
                return 0
            gone, days = await connection.fetchrow(SQL[name], shard, due.site_id, due.begin, due.timezone, self._batch)
            if gone:
                marked = ((due.site_id, day) for day in days)
                await mark_stale(connection, shard, marked, utc(self._clock()))
                counts = (0, gone, 0, 0) if name == "delete_events" else (gone, 0, 0, 0)
                await self._note(connection, due, *counts)
            return int(gone)

    async def _dead_letters(self, due: Due, shard: int) -> int:
        async with self._held(due) as (connection, run):
            if run is None:
                return 0
            await connection.execute(SQL["delete_suspects"], shard, due.site_id, due.begin)
            status = await connection.execute(SQL["delete_dead_letters"], shard, due.site_id, due.begin)
            gone = int(status.rpartition(" ")[2])
            if gone:
                await self._note(connection, due, 0, 0, 0, gone)
            return gone

    async def _visitors(self, due: Due) -> bool:
        """Looks at the next visitors. False when all were looked at."""
        async with self._held(due) as (connection, run):
            if run is None or run["shard"] >= len(self._shards):
                return False
            shard = self._shards[run["shard"]]
            gone, last = await connection.fetchrow(
                SQL["delete_visitors"], shard, due.site_id, due.begin, run["after_visitor"], self._batch
            )
            place = (run["shard"], last) if last else (run["shard"] + 1, _NOBODY)
            await connection.execute(SQL["note_place"], due.site_id, due.kept_from, *place)
            if gone:
                await self._note(connection, due, 0, 0, gone, 0)
            return True

    async def _note(self, connection: Any, due: Due, *gone: int) -> None:
        await connection.execute(SQL["note_gone"], due.site_id, due.kept_from, *gone)

    @asynccontextmanager
    async def _held(self, due: Due) -> AsyncIterator[tuple[Any, Any]]:
        """A transaction that has the site's run to itself: two workers at once take turns."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchrow(SQL["lock_run"], due.site_id, due.kept_from)
