"""Middleware for every request: its id, security headers, and metrics of its duration."""

import re
import time
from collections.abc import Mapping
from types import MappingProxyType

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Histogram

from common.clock import Clock
from common.ids import as_uuid, uuid7
from common.salts import Randomness

REQUEST_ID_HEADER = "X-Request-Id"
REQUEST_ID = web.RequestKey("request_id", str)
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    }
)
_VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def request_id_middleware(clock: Clock, random: Randomness) -> Middleware:
    """Identify each request in its response, its log lines and the audit log.

    A valid id of the client is kept, so that the logs of a gateway can be matched with ours.
    """

    @web.middleware
    async def add_request_id(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _VALID_REQUEST_ID.fullmatch(given) else as_uuid(uuid7(clock(), random(10))).hex
        request[REQUEST_ID] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            return await handler(request)

    return add_request_id


def timing_middleware(metrics: CollectorRegistry) -> Middleware:
    """Measure the duration of requests for Prometheus, by the pattern of the route and never by the full path."""
    seconds = Histogram(
        "pyuniqvisit_api_request_duration_seconds",
        "Duration of a request",
        ("method", "route", "status"),
        buckets=_DURATION_BUCKETS,
        registry=metrics,
    )

    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        response = await handler(request)
        resource = request.match_info.route.resource
        if resource is not None:
            labels = (request.method, resource.canonical, str(response.status))
            seconds.labels(*labels).observe(time.perf_counter() - started)
        return response

    return measure


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add security headers, unless the response has its own, and the request id.

    There are no CORS headers: scripts of other origins cannot read responses.
    """
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    request_id = request.get(REQUEST_ID)
    if request_id:
        response.headers[REQUEST_ID_HEADER] = request_id
