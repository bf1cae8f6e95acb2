"""When the model is asked what it thinks of visitors: each night, in a process of its own that ends with it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import structlog

from common.clock import Clock
from services.worker.bots.visits import SQL

Form = Callable[[Sequence[int], int], Awaitable[bool]]
"""Forms and keeps opinions of sites' visitors, as of a moment (epoch milliseconds); says whether it did."""
_log = structlog.get_logger()


class Opinions:
    def __init__(self, pool: "asyncpg.Pool[Any]", form: Form, clock: Clock) -> None:
        self._pool = pool
        self._form = form
        self._clock = clock
        self._running = asyncio.Lock()

    async def run(self) -> None:
        """One site after the other, so that what goes wrong with one is no other's."""
        if self._running.locked():
            return
        async with self._running:
            for (site_id,) in await self._pool.fetch(SQL["sites"]):
                if not await self._form([site_id], self._clock()):
                    _log.error("no opinions of a site's visitors this night", site=site_id)
