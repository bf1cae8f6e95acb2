"""When insights are computed: each night of a site, and when somebody asks; by a process that ends with it."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from common.clock import Clock, utc
from common.insights import MOST_ATTEMPTS
from common.store import load_queries

Compute = Callable[[Sequence[int], int], Awaitable[bool]]
"""Computes the insights of sites, as of a moment (epoch milliseconds); says whether it did."""

LONGEST_SECONDS = 600
AT_ONCE = 10
ABANDONED = timedelta(seconds=LONGEST_SECONDS + 60)
"""After this long, whoever took up a request is not at it any more."""

_MODULE = "services.worker.insights"
_ROOT = Path(__file__).parents[2]
_SQL = load_queries("services.worker.insights")
_log = structlog.get_logger()


class InsightRuns:
    def __init__(self, pool: "asyncpg.Pool[Any]", compute: Compute, clock: Clock) -> None:
        self._pool = pool
        self._compute = compute
        self._clock = clock
        self._running = asyncio.Lock()

    async def ask_for_nights(self) -> None:
        """Asks for the sites whose night has begun since their insights were computed."""
        now = utc(self._clock())
        due = [site_id for (site_id,) in await self._pool.fetch(_SQL["due_nights"], now)]
        if counted := [site_id for (site_id,) in await self._pool.fetch(_SQL["counted_sites"], due)] if due else []:
            await self._pool.execute(_SQL["ask_for_nights"], now, MOST_ATTEMPTS, counted)

    async def run(self) -> list[int]:
        """Computes what is asked for, some sites at once. Gives their ids; none while this process is at others'."""
        if self._running.locked():
            return []
        async with self._running:
            now_ms = self._clock()
            now = utc(now_ms)
            rows = await self._pool.fetch(_SQL["take_insight_requests"], now, now - ABANDONED, MOST_ATTEMPTS, AT_ONCE)
            sites = [row["site_id"] for row in rows]
            if sites and not await self._compute(sites, now_ms):
                _log.error("insights not computed, will be tried again", sites=sites)
            return sites


def compute_in_process(environment: Mapping[str, str], module: str = _MODULE) -> Compute:
    """``environment``: of the process, with the settings that it needs."""

    async def compute(sites: Sequence[int], now_ms: int) -> bool:
        # Where this process looks for our modules, the other one does, too.
        safe_path = ("-P",) if sys.flags.safe_path else ()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *safe_path, "-m", module,
            "--now", str(now_ms), "--seconds", str(LONGEST_SECONDS), *map(str, sites),
            stdin=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env={**environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            return await asyncio.wait_for(process.wait(), LONGEST_SECONDS) == 0
        except TimeoutError:
            return False
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    return compute
