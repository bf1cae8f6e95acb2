"""``POST /track`` and ``POST /click`` on the API's port, passed on to the collector.

For installs without a gateway, where clients know one address only. Nothing is decided here: the collector's answer
is the answer.
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
_ASKED = (
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
"""What the collector reads of a request. All else stays here, and above all what a client says of its address."""
_ANSWERED = (
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


def relay_routes() -> list[web.RouteDef]:
    return [web.route(method, path, pass_on) for path in _PATHS for method in ("POST", "OPTIONS")]


def collector_session(url: str) -> Callable[[web.Application], AsyncIterator[None]]:
    """Opens ``COLLECTOR`` as long as the application runs. ``url``: without a path."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        # Cookies are the visitors' own: none is kept here.
        async with aiohttp.ClientSession(url, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as session:
            app[COLLECTOR] = session
            yield

    return context


async def pass_on(request: web.Request) -> web.StreamResponse:
    """Raises ``BodyTooLargeError``, and ``OSError`` when the collector is away."""
    body = await read_body(request, SMALL_BODY)
    try:
        async with request.app[COLLECTOR].request(
            request.method,
            request.path,
            data=body,
            headers=_headers(request),
            skip_auto_headers=("User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as answer:
            return _answer(answer, await answer.read())
    except (TimeoutError, aiohttp.ClientError) as error:
        _log.warning("collector away", error=type(error).__name__)
        raise ConnectionError("the collector is away") from None


def _headers(request: web.Request) -> dict[str, str]:
    clients = request.app[CLIENTS]
    headers = {name: request.headers[name] for name in _ASKED if name in request.headers}
    headers["X-Forwarded-Proto"] = "https" if clients.is_https(request) else "http"
    if ip := clients.ip(request):
        headers["X-Forwarded-For"] = ip
    # The page's own server, where a client that is no browser means it by asking here.
    headers["Host"] = request.host
    return headers


def _answer(answer: aiohttp.ClientResponse, body: bytes) -> web.Response:
    response = web.Response(status=answer.status, body=body)
    response.headers.popall("Content-Type", None)
    for name in _ANSWERED:
        for value in answer.headers.getall(name, ()):
            response.headers.add(name, value)
    # Pages of other origins send here, as they send to the collector.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
