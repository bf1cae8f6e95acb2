import asyncio
import sys

from aiohttp import web

from common.background import cancel_all, in_background
from common.config import Settings
from common.health import health_routes
from common.persistence import log_persistence_problems
from common.process import run_service, serve_app
from common.store import STORE_ERRORS
from services.worker.app import open_worker
from services.worker.health import checks, warnings
from services.worker.scheduler.runner import run_until


async def serve(settings: Settings) -> None:
    async with open_worker(settings) as parts, in_background(log_persistence_problems(*parts.servers.servers)):
        stop = asyncio.Event()
        app = web.Application()
        app.add_routes(health_routes(checks(parts), parts.metrics, warnings(parts)))
        work = asyncio.create_task(run_until(parts, stop))
        serving = asyncio.create_task(serve_app(app, settings.worker.host, settings.worker.port))
        try:
            # A process without work would look healthy, so a failure of either ends the process and it is restarted.
            await asyncio.wait((work, serving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            await asyncio.wait((work,))
            await cancel_all([serving])
        work.result()
        if not serving.cancelled():
            serving.result()


if __name__ == "__main__":
    sys.exit(run_service("worker", serve, *STORE_ERRORS))
