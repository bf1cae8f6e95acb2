"""Running a worker until it is told to stop, through outages of Redis and Postgres."""

import asyncio

import structlog

from common.background import in_background
from common.outage import REDIS_ERRORS
from services.worker.app import WorkerParts
from services.worker.enrich import GeoLookup
from services.worker.scheduler.resilient_worker import SteadyWorker

_RETRY_SECONDS = 0.5
_FINISH_SECONDS = 6.0
_GEO_SECONDS = 60.0
_log = structlog.get_logger()


async def run_until(parts: WorkerParts, stop: asyncio.Event) -> None:
    """Dispatches and works until ``stop`` is set, then finishes the batches at hand."""
    workers = (parts.worker, parts.chores)
    async with in_background(
        parts.dispatcher.run(), *map(_work, workers), _keep_geo_fresh(parts.geo), stop.wait()
    ) as tasks:
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            parts.stopping.set()
            for worker in workers:
                worker.allow_pick_jobs = False
            at_hand = [task for worker in workers for task in worker.tasks.values()]
            if at_hand:
                await asyncio.wait(at_hand, timeout=_FINISH_SECONDS)


async def _work(worker: SteadyWorker) -> None:
    """A worker that starts while Redis is away is started until it is not."""
    while True:
        try:
            await worker.async_run()
        except REDIS_ERRORS as error:
            worker.outage.failed(error)
        await asyncio.sleep(_RETRY_SECONDS)


async def _keep_geo_fresh(geo: GeoLookup) -> None:
    """Each process has the database open, so each looks whether the operator has replaced it."""
    while True:
        await asyncio.sleep(_GEO_SECONDS)
        if geo.reload_if_changed():  # maps the file, in no time, and between two lookups
            _log.info("geo database was replaced, and is used from now on")
