"""Deletes what is older than a site's data retention, in small batches, each in a transaction of its own.

Each batch marks its days as stale in the same transaction, as every correction does. So reports read these days from
the raw rows until a worker has rebuilt their rollups, and those of their weeks and months.
The numbers of kept days do not change: a visit that continued into a kept day stays, and so do its later events.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from asyncpg import Record

from common.clock import Clock, utc
from common.rollups.stale_days import mark_stale
from common.store import Connection, Pool, load_queries
from services.worker.deletion.expired_months import drop_expired_months
from services.worker.rollups.calendar import Calendar

ROWS_PER_BATCH = 5_000
RUNS_KEPT = timedelta(days=400)
"""How long the record of what a run deleted is kept."""
_FIRST_VISITOR = UUID(int=0)
_SQL = load_queries("services.worker.deletion")
_log = structlog.get_logger()


class ExpiredSite(NamedTuple):
    """A site that may have data beyond its data retention."""

    site_id: int
    timezone: str
    kept_from: date
    """The first day to keep, in the site's time zone."""

    @property
    def begin(self) -> datetime:
        """The time at which the first kept day begins."""
        return Calendar(self.timezone).bounds(self.kept_from)[0]


class ExpiredDataDeletion:
    def __init__(self, pool: Pool, shards: Iterable[int], clock: Clock, batch: int = ROWS_PER_BATCH) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Delete until nothing is left, ``seconds`` have passed, or it should stop. The next run continues."""
        deadline = time.monotonic() + seconds
        now = utc(self._clock())
        sites = [ExpiredSite(*row) for row in await self._pool.fetch(_SQL["expired_sites"], now)]
        for site in sites:
            await self._pool.execute(_SQL["begin_run"], site.site_id, site.kept_from, now)
        if sites:
            await drop_expired_months(self._pool, now)
            await self._pool.execute(_SQL["delete_old_runs"], now - RUNS_KEPT)
        for site in sites:
            async for _ in self._batches(site):
                if time.monotonic() > deadline or should_stop():
                    return
            await self._pool.execute(_SQL["finish_run"], site.site_id, site.kept_from, utc(self._clock()))
            _log.info("data retention: expired data deleted", site=site.site_id, kept_from=str(site.kept_from))

    async def _batches(self, site: ExpiredSite) -> AsyncIterator[int]:
        """Delete batch by batch; yield the number of rows of each."""
        for delete_batch in (self._delete_events, self._delete_visits, self._delete_dead_letters):
            for shard in self._shards:
                began = time.monotonic()
                while rows := await delete_batch(site, shard):
                    yield rows
                    # Leave the database to others for as long as the batch took.
                    await asyncio.sleep(time.monotonic() - began)
                    began = time.monotonic()
        while await self._delete_visitors(site):
            yield self._batch

    async def _delete_events(self, site: ExpiredSite, shard: int) -> int:
        return await self._delete_rows(site, shard, "events")

    async def _delete_visits(self, site: ExpiredSite, shard: int) -> int:
        return await self._delete_rows(site, shard, "visits")

    async def _delete_rows(self, site: ExpiredSite, shard: int, table: str) -> int:
        async with self._locked_run(site) as (connection, run):
            if run is None:
                return 0
            arguments = (shard, site.site_id, site.begin, site.timezone, self._batch)
            [(rows, days)] = await connection.fetch(_SQL[f"delete_{table}"], *arguments)
            if rows:
                stale_days = ((site.site_id, day) for day in days)
                await mark_stale(connection, shard, stale_days, utc(self._clock()))
                await self._add_deleted(connection, site, **{table: rows})
            return int(rows)

    async def _delete_dead_letters(self, site: ExpiredSite, shard: int) -> int:
        async with self._locked_run(site) as (connection, run):
            if run is None:
                return 0
            await connection.execute(_SQL["delete_bot_candidates"], shard, site.site_id, site.begin)
            status = await connection.execute(_SQL["delete_dead_letters"], shard, site.site_id, site.begin)
            rows = int(status.rpartition(" ")[2])
            if rows:
                await self._add_deleted(connection, site, dead_letters=rows)
            return rows

    async def _delete_visitors(self, site: ExpiredSite) -> bool:
        """Check the next visitors; return whether there are more."""
        async with self._locked_run(site) as (connection, run):
            if run is None or run["shard"] >= len(self._shards):
                return False
            shard = self._shards[run["shard"]]
            arguments = (shard, site.site_id, site.begin, run["after_visitor"], self._batch)
            [(rows, last)] = await connection.fetch(_SQL["delete_visitors"], *arguments)
            position = (run["shard"], last) if last else (run["shard"] + 1, _FIRST_VISITOR)
            await connection.execute(_SQL["record_position"], site.site_id, site.kept_from, *position)
            if rows:
                await self._add_deleted(connection, site, visitors=rows)
            return True

    async def _add_deleted(
        self,
        connection: Connection,
        site: ExpiredSite,
        *,
        visits: int = 0,
        events: int = 0,
        visitors: int = 0,
        dead_letters: int = 0,
    ) -> None:
        query = _SQL.bind(
            "add_deleted_rows",
            site_id=site.site_id,
            kept_from=site.kept_from,
            visits=visits,
            events=events,
            visitors=visitors,
            dead_letters=dead_letters,
        )
        await connection.execute(*query)

    @asynccontextmanager
    async def _locked_run(self, site: ExpiredSite) -> AsyncIterator[tuple[Connection, Record | None]]:
        """Open a transaction with a lock on the site's run, so that concurrent workers take turns."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchrow(_SQL["lock_run"], site.site_id, site.kept_from)
