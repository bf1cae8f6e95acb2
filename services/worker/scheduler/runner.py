"""Runs a worker until it has to stop, through outages of Redis and PostgreSQL."""

import asyncio

import structlog

from common.background import in_background
from common.outage import REDIS_ERRORS
from services.worker.app import WorkerParts
from services.worker.enrich import GeoLookup
from services.worker.scheduler.resilient_worker import ResilientWorker

_RETRY_SECONDS = 0.5
_FINISH_SECONDS = 6.0
_GEO_CHECK_SECONDS = 60.0
_log = structlog.get_logger()


async def run_until(parts: WorkerParts, stop: asyncio.Event) -> None:
    """Dispatch and run jobs until ``stop`` is set, then let the running jobs finish their batches."""
    workers = (parts.shard_worker, parts.periodic_worker)
    async with in_background(
        parts.dispatcher.run(), *map(_run_worker, workers), _reload_geo(parts.geo), stop.wait()
    ) as tasks:
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            parts.stopping.set()
            for worker in workers:
                worker.allow_pick_jobs = False
            running = [task for worker in workers for task in worker.tasks.values()]
            if running:
                await asyncio.wait(running, timeout=_FINISH_SECONDS)


async def _run_worker(worker: ResilientWorker) -> None:
    """Start the worker, and retry while Redis is unavailable."""
    while True:
        try:
            await worker.async_run()
        except REDIS_ERRORS as error:
            worker.outage.failed(error)
        await asyncio.sleep(_RETRY_SECONDS)


async def _reload_geo(geo: GeoLookup) -> None:
    """Reload the geo database after it was replaced. Each process has opened it, so each of them checks."""
    while True:
        await asyncio.sleep(_GEO_CHECK_SECONDS)
        if geo.reload_if_changed():  # maps the file, which takes no time, between two lookups
            _log.info("geo: reloaded database")
