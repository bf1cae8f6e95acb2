"""How long requests take, for Prometheus. Routes are counted by their pattern, never by what was asked."""

import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def timing_middleware(metrics: CollectorRegistry) -> Middleware:
    seconds = Histogram(
        "pyuniqvisit_api_request_duration_seconds",
        "Duration of a request",
        ("method", "route", "status"),
        buckets=_SECONDS,
        registry=metrics,
    )

    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        answer = await handler(request)
        resource = request.match_info.route.resource
        if resource is not None:
            labels = (request.method, resource.canonical, str(answer.status))
            seconds.labels(*labels).observe(time.perf_counter() - began)
        return answer

    return measure
