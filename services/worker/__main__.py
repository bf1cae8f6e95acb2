import asyncio
import sys

from aiohttp import web

from common.background import in_background
from common.config import Settings
from common.health import health_routes
from common.persistence import warn_of_persistence
from common.process import run_service, serve_app
from common.store import STORE_ERRORS
from services.worker.app import open_worker
from services.worker.health import checks, warnings
from services.worker.runner import run_until


async def serve(settings: Settings) -> None:
    async with open_worker(settings) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        app = web.Application()
        app.add_routes(health_routes(checks(parts), parts.metrics, warnings(parts)))
        try:
            async with in_background(warn_of_persistence(*parts.servers.servers)):
                await serve_app(app, settings.worker.host, settings.worker.port)
        finally:
            stop.set()
            await working


if __name__ == "__main__":
    sys.exit(run_service("worker", serve, *STORE_ERRORS))
