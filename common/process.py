"""How a service's process begins: settings, logs, the event loop, and one plain line for what is wrong."""

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
    """Runs ``serve(settings)`` until it ends. The exit code is 1, after one line, when it cannot start.

    ``errors``: what keeps it from starting, beside wrong settings and what the system refuses.
    """
    fatal: tuple[type[Exception], ...] = (ConfigError, OSError, *errors)
    try:
        settings = load_settings()
        configure_logs(name, settings.log)
        uvloop.run(serve(settings))
    except fatal as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - the process's one line for its operator
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
    """Serves ``app`` until SIGINT or SIGTERM, then answers what is in flight and cleans up."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    running = runner(app, access_log=None, shutdown_timeout=drain_seconds, handle_signals=False)
    await running.setup()
    _calm_garbage_collection()
    try:
        await web.TCPSite(running, host, port, reuse_port=reuse_port, backlog=1024).start()
        structlog.get_logger().info("listening", host=host, port=port)
        await stop.wait()
        structlog.get_logger().info("stopping")
    finally:
        await running.cleanup()


def _calm_garbage_collection() -> None:
    """What a service holds after its start stays; what a request makes is mostly freed by counting references.

    With Python's own thresholds a busy server looks for cycles hundreds of times a second and finds none.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
