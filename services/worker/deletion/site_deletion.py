"""Deletes the rows of deleted sites in small batches, each in a transaction of its own.

A worker that stops leaves no batch half done; the next one continues.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from asyncpg import Record

from common.clock import Clock, utc
from common.store import Connection, Pool, load_queries

ROWS_PER_BATCH = 5_000
KNOWN_TO_WORKERS = timedelta(seconds=30)
"""After a deletion was requested: from then on no worker stores beacons of the site any more."""

_SHARDED_TABLES = ("events", "visits", "visitors", "dead_letters", "rollup_deltas")
_SMALL_TABLES = (
    "rollups",
    "stale_days",
    "rollup_state",
    "visitor_notes",
    "visitor_erasures",
    "insights",
    "bot_candidates",
    "bot_scores",
)
_COUNT_SECONDS = 30
_SQL = load_queries("services.worker.deletion")
_log = structlog.get_logger()


class SiteDeletions:
    def __init__(self, pool: Pool, shards: Iterable[int], clock: Clock, batch: int = ROWS_PER_BATCH) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Delete until nothing is left to delete, ``seconds`` have passed, or it should stop."""
        deadline = time.monotonic() + seconds
        for site_id, requested_at in await self._pool.fetch(_SQL["site_deletions"]):
            can_finish = requested_at + KNOWN_TO_WORKERS <= utc(self._clock())
            async for _ in self._batches(site_id):
                if time.monotonic() > deadline or should_stop():
                    return
            if can_finish:
                await self._finish(site_id)

    async def _batches(self, site_id: int) -> AsyncIterator[int]:
        """Delete all rows of the site; yield the number of rows of each batch, which is never 0."""
        await self._count(site_id)
        for table in _SHARDED_TABLES:
            for shard in self._shards:
                began = time.monotonic()
                while deleted := await self._delete(site_id, table, shard, self._batch):
                    yield deleted
                    # Leave the database to others for as long as the batch took.
                    await asyncio.sleep(time.monotonic() - began)
                    began = time.monotonic()
        for table in _SMALL_TABLES:
            if deleted := await self._delete(site_id, table):
                yield deleted

    async def _count(self, site_id: int) -> None:
        """Record the number of rows to delete, for the progress. The deletion works without it."""
        async with self._locked_deletion(site_id) as (connection, deletion):
            if deletion is None or deletion["rows_total"] is not None or deletion["rows_deleted"]:
                return
            try:
                async with connection.transaction():
                    total = await connection.fetchval(_SQL["count_site_rows"], site_id, timeout=_COUNT_SECONDS)
            except TimeoutError:
                _log.warning("site deletion: counting rows took too long; progress is unknown", site=site_id)
            else:
                await connection.execute(_SQL["record_rows_total"], site_id, total)

    async def _delete(self, site_id: int, table: str, *batch: int) -> int:
        """Return the number of deleted rows; 0 if another worker has finished the deletion."""
        async with self._locked_deletion(site_id) as (connection, deletion):
            if deletion is None:
                return 0
            status = await connection.execute(_SQL[f"delete_site_{table}"], site_id, *batch)
            deleted = int(status.rpartition(" ")[2])
            if deleted:
                await connection.execute(_SQL["record_rows_deleted"], site_id, deleted)
            return deleted

    async def _finish(self, site_id: int) -> None:
        async with self._locked_deletion(site_id) as (connection, deletion):
            if deletion is not None:
                await connection.execute(_SQL["finish_site_deletion"], site_id, utc(self._clock()))
                _log.info("site deletion: finished", site=site_id, rows=deletion["rows_deleted"])

    @asynccontextmanager
    async def _locked_deletion(self, site_id: int) -> AsyncIterator[tuple[Connection, Record | None]]:
        """Open a transaction with a lock on the deletion, so that concurrent workers take turns."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchrow(_SQL["lock_site_deletion"], site_id)
