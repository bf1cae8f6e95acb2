"""How a service's process begins: settings, logs, the event loop, and one plain line for what is wrong."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop
from aiohttp import web

from common.config import ConfigError, Settings, load_settings
from common.logs import configure_logs
from common.store.migrate import InstallError


def run_service(name: str, serve: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Runs ``serve(settings)`` until it ends. The exit code is 1, after one line, when it cannot start."""
    try:
        settings = load_settings()
        configure_logs(name, settings.log)
        uvloop.run(serve(settings))
    except (ConfigError, InstallError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - the process's one line for its operator
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def serve_app(
    app: web.Application, host: str, port: int, *, reuse_port: bool = False, drain_seconds: float = 5.0
) -> None:
    """Serves ``app`` until SIGINT or SIGTERM, then answers what is in flight and cleans up."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=drain_seconds, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_port=reuse_port, backlog=1024).start()
        structlog.get_logger().info("listening", host=host, port=port)
        await stop.wait()
        structlog.get_logger().info("stopping")
    finally:
        await runner.cleanup()
