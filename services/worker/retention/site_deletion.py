"""Sites that are being deleted: their rows go in small batches, each in a transaction of its own.

A worker that stops leaves nothing half done: whoever comes next goes on with what is left.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from common.clock import Clock, utc
from common.store import load_queries

BATCH_ROWS = 5_000
SETTLED = timedelta(seconds=30)
"""After this long no batch of beacons is being stored by a worker that does not know of the deletion."""

_SHARDED = ("events", "visits", "visitors", "dead_letters", "rollup_deltas")
_WHOLE = (
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
_SQL = load_queries("services.worker.retention")
_log = structlog.get_logger()


class SiteDeletions:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock, batch: int = BATCH_ROWS) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Deletes until nothing is left to delete, ``seconds`` are over, or it should stop."""
        deadline = time.monotonic() + seconds
        for site_id, requested_at in await self._pool.fetch(_SQL["deletions"]):
            settled = requested_at + SETTLED <= utc(self._clock())
            async for _ in self._batches(site_id):
                if time.monotonic() > deadline or should_stop():
                    return
            if settled:
                await self._finish(site_id)

    async def _batches(self, site_id: int) -> AsyncIterator[int]:
        """Deletes all rows of the site, and gives after each batch how many they were, which is never none."""
        await self._count(site_id)
        for table in _SHARDED:
            for shard in self._shards:
                began = time.monotonic()
                while deleted := await self._delete(site_id, table, shard, self._batch):
                    yield deleted
                    # Others have the server for as long as it took.
                    await asyncio.sleep(time.monotonic() - began)
                    began = time.monotonic()
        for table in _WHOLE:
            if deleted := await self._delete(site_id, table):
                yield deleted

    async def _count(self, site_id: int) -> None:
        """Notes how much there is to do. It may take too long to know, which changes nothing."""
        async with self._deletion(site_id) as (connection, state):
            if state is None or state["rows_total"] is not None or state["rows_deleted"]:
                return
            try:
                async with connection.transaction():
                    total = await connection.fetchval(_SQL["count_site_rows"], site_id, timeout=_COUNT_SECONDS)
            except TimeoutError:
                _log.warning("site is too large to be counted", site=site_id)
            else:
                await connection.execute(_SQL["note_rows_total"], site_id, total)

    async def _delete(self, site_id: int, table: str, *batch: int) -> int:
        """How many rows went; none when another worker has finished the deletion."""
        async with self._deletion(site_id) as (connection, state):
            if state is None:
                return 0
            status = await connection.execute(_SQL[f"delete_site_{table}"], site_id, *batch)
            deleted = int(status.rpartition(" ")[2])
            if deleted:
                await connection.execute(_SQL["note_rows_deleted"], site_id, deleted)
            return deleted

    async def _finish(self, site_id: int) -> None:
        async with self._deletion(site_id) as (connection, state):
            if state is not None:
                await connection.execute(_SQL["finish_deletion"], site_id, utc(self._clock()))
                _log.info("site deleted", site=site_id, rows=state["rows_deleted"])

    @asynccontextmanager
    async def _deletion(self, site_id: int) -> AsyncIterator[tuple[Any, Any]]:
        """A transaction that has the deletion to itself: two workers at once take turns."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await connection.fetchrow(_SQL["lock_deletion"], site_id)
