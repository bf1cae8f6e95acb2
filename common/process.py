"""Start a service's process: settings, logs, event loop, and a one-line error message."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop
from aiohttp import web

from common.config import ConfigError, Settings, load_settings
from common.logs import configure_logs


def run_service(name: str, serve: Callable[[Settings], Coroutine[Any, Any, None]], *errors: type[Exception]) -> int:
    """Run ``serve(settings)`` until it ends. If it cannot start, print one line and return exit code 1.

    ``errors``: errors that prevent a start, in addition to invalid settings and ``OSError``.
    """
    fatal: tuple[type[Exception], ...] = (ConfigError, OSError, *errors)
    try:
        settings = load_settings()
        configure_logs(name, settings.log)
        uvloop.run(serve(settings))
    except fatal as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - the error message of the process
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def serve_app(
    app: web.Application,
    host: str,
    port: int,
    *,
    reuse_port: bool = False,
    drain_seconds: float = 5.0,
    runner: type[web.AppRunner] = web.AppRunner,
) -> None:
    """Serve ``app`` until SIGINT or SIGTERM, then finish the requests in flight and clean up."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    running = runner(app, access_log=None, shutdown_timeout=drain_seconds, handle_signals=False)
    await running.setup()
    _tune_garbage_collection()
    try:
        await web.TCPSite(running, host, port, reuse_port=reuse_port, backlog=1024).start()
        structlog.get_logger().info("server: listening", host=host, port=port)
        await stop.wait()
        structlog.get_logger().info("server: stopping")
    finally:
        await running.cleanup()


def _tune_garbage_collection() -> None:
    """Exclude the objects of the start from garbage collection, and collect less often.

    Reference counting frees almost everything that a request allocates. With Python's default thresholds, a busy server
    searches for cycles hundreds of times a second and finds none.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
