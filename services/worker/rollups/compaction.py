"""Compaction: adds deltas to the rollups of their days, weeks and months.

The transaction that adds deltas also deletes them, so a report that reads rollups and deltas together counts each
beacon once at any time.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from common.clock import Clock, utc
from common.rollups import RollupDimension
from common.store.connection import Connection, Pool
from services.worker.rollups.bucket_sums import BucketSums
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.store import SQL, add_to_rollups, lock_site, wait_for_readers

MIN_DELTAS = 500
"""Number of deltas (one per batch, dimension and day) from which a site is compacted at once."""
MAX_AGE = timedelta(seconds=30)
"""Fewer deltas wait until the oldest has this age."""
_BATCHES_AT_ONCE = 150
"""A batch has a delta for each dimension and day that it changes, usually some 26."""


class Compaction:
    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, everything: bool = False
    ) -> int:
        """Compact until no deltas are left, ``seconds`` have passed, or it should stop.

        ``everything``: also compact deltas that may wait. Returns the number of deltas compacted.
        """
        deadline, taken = time.monotonic() + seconds, 0
        for site_id, deltas, oldest in await self._pool.fetch(SQL["sites_with_deltas"]):
            if not everything and deltas < MIN_DELTAS and self._age(oldest) < MAX_AGE:
                continue
            while more := await self.compact(site_id):
                taken += more
                if time.monotonic() > deadline or should_stop():
                    return taken
        return taken

    async def compact(self, site_id: int) -> int:
        """Compact up to some thousand deltas of the site; return 0 if another worker has locked it."""
        async with lock_site(self._pool, site_id) as connection:
            if connection is None:
                return 0
            async with connection.transaction():
                deltas = await self._take(connection, site_id)
                if not deltas:
                    return 0
                sums = await asyncio.to_thread(_add_up, deltas)
                await add_to_rollups(connection, site_id, sums)
                timezone = await connection.fetchval(SQL["site_timezone"], site_id)
                today = Calendar(timezone or "UTC").day_and_hour(self._clock())[0]
                if any(day < today for day in sums.days):
                    await connection.execute(SQL["raise_version"], site_id)
                await wait_for_readers(connection, site_id)
        return len(deltas)

    async def _take(self, connection: Connection, site_id: int) -> list[Any]:
        """Delete and return the oldest deltas, shard by shard. The lock of the site keeps others from taking them."""
        rows = await connection.fetch(SQL["waiting_deltas"], site_id, _BATCHES_AT_ONCE)
        taken = []
        for shard, in_shard in groupby(sorted(rows, key=itemgetter("shard")), key=itemgetter("shard")):
            taken += await connection.fetch(SQL["take_deltas"], shard, site_id, [row["id"] for row in in_shard])
        return taken

    def _age(self, delta_id: str) -> timedelta:
        """Return the age of a delta, by the time in its id."""
        return utc(self._clock()) - utc(UUID(delta_id).int >> 80)


def _add_up(deltas: list[Any]) -> BucketSums:
    sums = BucketSums()
    for dimension, day, values, *counts, visitors in deltas:
        sums.add(RollupDimension(dimension), day, values, counts, visitors)
    return sums
