"""Runs the model each night, in a process of its own that exits afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from common.clock import Clock
from common.store import Pool
from services.worker.bots.visits import SQL

ScoreSites = Callable[[Sequence[int], int], Awaitable[bool]]
"""Scores the visitors of sites as of a moment (epoch milliseconds); returns whether that succeeded."""
_log = structlog.get_logger()


class NightlyScoring:
    def __init__(self, pool: Pool, score: ScoreSites, clock: Clock) -> None:
        self._pool = pool
        self._score = score
        self._clock = clock
        self._running = asyncio.Lock()

    async def run(self) -> None:
        """Score one site after the other, so that a failure affects one site only."""
        if self._running.locked():
            return
        async with self._running:
            for (site_id,) in await self._pool.fetch(SQL["sites"]):
                if not await self._score([site_id], self._clock()):
                    _log.error("bots: scoring failed", site=site_id)
