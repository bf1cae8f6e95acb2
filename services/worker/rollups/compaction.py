"""What batches added, put together: deltas become part of the days, weeks and months they belong to.

The deltas go in the transaction that adds them, so a reader who takes rollups and deltas together sees each beacon
once, whenever it looks.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from common.clock import Clock, utc
from common.rollups import RollupDimension
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.store import SQL, add_to_rollups, finish, hold_site
from services.worker.rollups.tally import Tally

ENOUGH = 500
"""Deltas (one a batch, dimension and day) of a site that are put together at once."""
LONG_ENOUGH = timedelta(seconds=30)
"""Fewer wait for more, but not longer than this."""
_BATCHES_AT_ONCE = 150
"""Each has a delta for each dimension and day that it touched, some 26 as a rule."""
_log = structlog.get_logger()


class Compaction:
    def __init__(self, pool: "asyncpg.Pool[Any]", clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, everything: bool = False
    ) -> int:
        """Puts together what waits, until nothing is left, ``seconds`` are over, or it should stop.

        ``everything``: also what may wait. Gives how many deltas were taken.
        """
        deadline, taken = time.monotonic() + seconds, 0
        for site_id, deltas, oldest in await self._pool.fetch(SQL["sites_with_deltas"]):
            if not everything and deltas < ENOUGH and self._age(oldest) < LONG_ENOUGH:
                continue
            while more := await self.compact(site_id):
                taken += more
                if time.monotonic() > deadline or should_stop():
                    return taken
        return taken

    async def compact(self, site_id: int) -> int:
        """Up to some thousand deltas of the site. None, when another worker is about it."""
        async with hold_site(self._pool, site_id) as connection:
            if connection is None:
                return 0
            async with connection.transaction():
                deltas = await self._take(connection, site_id)
                if not deltas:
                    return 0
                tally = await asyncio.to_thread(_tally, deltas)
                await add_to_rollups(connection, site_id, tally)
                timezone = await connection.fetchval(SQL["site_timezone"], site_id)
                today = Calendar(timezone or "UTC").place(self._clock())[0]
                if any(day < today for day in tally.days):
                    await connection.execute(SQL["raise_version"], site_id)
                await finish(connection, site_id)
        return len(deltas)

    async def _take(self, connection: Any, site_id: int) -> list[Any]:
        """The oldest deltas, off the table, shard by shard. Nobody else takes any meanwhile."""
        rows = await connection.fetch(SQL["waiting_deltas"], site_id, _BATCHES_AT_ONCE)
        taken = []
        for shard, of_shard in groupby(sorted(rows, key=itemgetter("shard")), key=itemgetter("shard")):
            taken += await connection.fetch(SQL["take_deltas"], shard, site_id, [row["id"] for row in of_shard])
        return taken

    def _age(self, delta_id: str) -> timedelta:
        """Of a delta, by the time in its id."""
        return utc(self._clock()) - utc(UUID(delta_id).int >> 80)


def _tally(deltas: list[Any]) -> Tally:
    tally = Tally()
    for dimension, day, values, *counts, visitors in deltas:
        tally.add(RollupDimension(dimension), day, values, counts, visitors)
    return tally
