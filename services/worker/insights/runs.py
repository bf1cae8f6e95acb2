"""Runs the computation of insights, each night of a site and on request, in a process that exits afterwards."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from common.clock import Clock, utc
from common.insights import MAX_ATTEMPTS
from common.store import Pool, load_queries

Compute = Callable[[Sequence[int], int], Awaitable[bool]]
"""Computes the insights of sites as of a moment (epoch milliseconds); returns whether that succeeded."""

MAX_SECONDS = 600
SITES_PER_RUN = 10
ABANDONED_AFTER = timedelta(seconds=MAX_SECONDS + 60)
"""The worker that claimed a request has stopped by then, so another worker may claim it."""

_MODULE = "services.worker.insights"
_ROOT = Path(__file__).parents[2]
_SQL = load_queries("services.worker.insights")
_log = structlog.get_logger()


class InsightRuns:
    def __init__(self, pool: Pool, compute: Compute, clock: Clock) -> None:
        self._pool = pool
        self._compute = compute
        self._clock = clock
        self._running = asyncio.Lock()

    async def request_nightly(self) -> None:
        """Request insights for the sites whose night has begun since their last insights."""
        now = utc(self._clock())
        due = [site_id for (site_id,) in await self._pool.fetch(_SQL["sites_due_tonight"], now)]
        sites = [site_id for (site_id,) in await self._pool.fetch(_SQL["sites_with_data"], due)] if due else []
        if sites:
            await self._pool.execute(_SQL["request_insights"], now, MAX_ATTEMPTS, sites)

    async def run(self) -> list[int]:
        """Compute some of the requested insights; return the ids of their sites.

        Returns none while an earlier run of this process is not finished.
        """
        if self._running.locked():
            return []
        async with self._running:
            now_ms = self._clock()
            now = utc(now_ms)
            rows = await self._pool.fetch(
                _SQL["claim_requests"], now, now - ABANDONED_AFTER, MAX_ATTEMPTS, SITES_PER_RUN
            )
            sites = [row["site_id"] for row in rows]
            if sites and not await self._compute(sites, now_ms):
                _log.error("insights: computation failed; retrying", sites=sites)
            return sites


def compute_in_process(environment: Mapping[str, str], module: str = _MODULE) -> Compute:
    """Return a function that runs ``module`` in a new process. ``environment``: of that process, with its settings."""

    async def compute(sites: Sequence[int], now_ms: int) -> bool:
        # The new process looks for our modules in the same places as this one.
        safe_path = ("-P",) if sys.flags.safe_path else ()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *safe_path, "-m", module,
            "--now", str(now_ms), "--seconds", str(MAX_SECONDS), *map(str, sites),
            stdin=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env={**environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            return await asyncio.wait_for(process.wait(), MAX_SECONDS) == 0
        except TimeoutError:
            return False
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    return compute
