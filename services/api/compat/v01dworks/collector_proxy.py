"""Forwards ``POST /track`` and ``POST /click`` on the API's port to the collector.

For installs without a gateway, where clients know only one address. The collector's response is returned unchanged.
"""

from collections.abc import AsyncIterator, Callable

import aiohttp
import structlog
from aiohttp import web

from services.api.accounts.auth.routes import CLIENTS
from services.api.endpoints import SMALL_BODY
from services.api.http.parsing import read_body

COLLECTOR = web.AppKey("collector", aiohttp.ClientSession)

_PATHS = ("/track", "/click")
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=2)
_REQUEST_HEADERS = (
    "Content-Type",
    "User-Agent",
    "Origin",
    "Referer",
    "Cookie",
    "Sec-GPC",
    "DNT",
    "Sec-Fetch-Site",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
)
"""Request headers that the collector reads. No others are forwarded, above all not the address that a client claims."""
_RESPONSE_HEADERS = (
    "Content-Type",
    "Cache-Control",
    "Set-Cookie",
    "Retry-After",
    "X-Beacon-Rejected",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
)
_log = structlog.get_logger()


def proxy_routes() -> list[web.RouteDef]:
    return [web.route(method, path, forward) for path in _PATHS for method in ("POST", "OPTIONS")]


def collector_session(url: str) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return a cleanup context that opens ``COLLECTOR``. ``url``: of the collector, without a path."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        # Cookies belong to the visitors; none is stored in the session.
        async with aiohttp.ClientSession(url, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as session:
            app[COLLECTOR] = session
            yield

    return context


async def forward(request: web.Request) -> web.StreamResponse:
    """Forward a request. Raises ``BodyTooLargeError``, and ``OSError`` if the collector is unavailable."""
    body = await read_body(request, SMALL_BODY)
    try:
        async with request.app[COLLECTOR].request(
            request.method,
            request.path,
            data=body,
            headers=_headers(request),
            skip_auto_headers=("User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as response:
            return _build_response(response, await response.read())
    except (TimeoutError, aiohttp.ClientError) as error:
        _log.warning("collector proxy: collector unavailable", error=type(error).__name__)
        raise ConnectionError("the collector is unavailable") from None


def _headers(request: web.Request) -> dict[str, str]:
    clients = request.app[CLIENTS]
    headers = {name: request.headers[name] for name in _REQUEST_HEADERS if name in request.headers}
    headers["X-Forwarded-Proto"] = "https" if clients.is_https(request) else "http"
    if ip := clients.ip(request):
        headers["X-Forwarded-For"] = ip
    # Clients that are no browsers send no Origin; the host they call counts as the page's own.
    headers["Host"] = request.host
    return headers


def _build_response(original: aiohttp.ClientResponse, body: bytes) -> web.Response:
    response = web.Response(status=original.status, body=body)
    response.headers.popall("Content-Type", None)
    for name in _RESPONSE_HEADERS:
        for value in original.headers.getall(name, ()):
            response.headers.add(name, value)
    # Pages of other origins call this endpoint, as they call the collector.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
