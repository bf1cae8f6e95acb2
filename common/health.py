"""The routes that every service has: /health/live, /health/ready and /metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, GCCollector, ProcessCollector, generate_latest

Check = Callable[[], Awaitable[str | None]]
"""Returns None, or one line that describes the problem."""

_CHECK_SECONDS = 2.0


def new_metrics() -> CollectorRegistry:
    """Create the metrics registry of one process, with metrics of the process itself."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def health_routes(
    checks: Mapping[str, Check], metrics: CollectorRegistry, warnings: Mapping[str, Check] | None = None
) -> list[web.RouteDef]:
    """Return the routes. ``ready`` is 200 if every check passes and 503 otherwise, with the outcome of each.

    ``warnings`` are checked as well. If only these fail, the response is 200 with status "degraded".
    """
    warnings = warnings or {}

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def ready(_request: web.Request) -> web.Response:
        names = [*checks, *warnings]
        looked = await asyncio.gather(*map(_run, (*checks.values(), *warnings.values())))
        outcomes = dict(zip(names, looked, strict=True))
        well = all(outcomes[name] is None for name in checks)
        fully = well and all(outcome is None for outcome in looked)
        body = {
            "status": "ready" if fully else "degraded" if well else "not ready",
            "checks": {name: outcome or "ok" for name, outcome in outcomes.items()},
        }
        return web.json_response(body, status=200 if well else 503)

    async def show_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        web.get("/health/live", live, allow_head=False),
        web.get("/health/ready", ready, allow_head=False),
        web.get("/metrics", show_metrics, allow_head=False),
    ]


async def _run(check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), _CHECK_SECONDS)
    except TimeoutError:
        return "no response"
    except Exception as error:  # after any error of a dependency the service is "not ready"
        return type(error).__name__
