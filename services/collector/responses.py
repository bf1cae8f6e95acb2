"""The collector's responses: accepted, rejected, the pixel, and the visitor cookie."""

import time
from email.utils import formatdate

from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE

from services.collector.prometheus import CollectorMetrics
from services.collector.rejection_reasons import HEADER, RejectedError

COOKIE = "_uv"
COOKIE_SECONDS = 395 * 24 * 60 * 60  # 13 months
_LONGEST_ORIGIN = 300
_MAX_CACHED_ORIGINS = 1_000

# Responses hold no personal data, so any page may read them, without credentials.
OPEN_HEADERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": HEADER}
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}
_TRANSPARENT_GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def cors_headers(origin: str | None) -> dict[str, str]:
    """Headers with which a page of ``origin`` may read the response to a request with cookies.

    The tracker sends such requests, and browsers do not accept "*" for them.
    """
    if not origin or len(origin) > _LONGEST_ORIGIN or not origin.isascii():
        return OPEN_HEADERS
    return OPEN_HEADERS | {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def accepted(origin: str | None) -> web.Response:
    return web.Response(status=202, headers=cors_headers(origin))


def pixel() -> web.Response:
    return web.Response(body=_TRANSPARENT_GIF, content_type="image/gif", headers={"Cache-Control": "no-store, private"})


class AcceptedResponses:
    """The bytes of ``accepted``, built once a second for each origin."""

    def __init__(self) -> None:
        self._second = 0
        self._by_origin: dict[str | None, bytes] = {}

    def __call__(self, origin: str | None) -> bytes:
        second = int(time.time())
        if second != self._second or len(self._by_origin) >= _MAX_CACHED_ORIGINS:
            self._by_origin = {}
            self._second = second
        response = self._by_origin.get(origin)
        if response is None:
            response = self._by_origin[origin] = to_bytes(accepted(origin))
        return response


def to_bytes(response: web.Response) -> bytes:
    """Serialize a response for an HTTP/1.1 connection."""
    body = response.body if isinstance(response.body, bytes) else b""
    lines = [
        f"HTTP/1.1 {response.status} {response.reason}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
        *(cookie.output() for cookie in response.cookies.values()),
        f"Content-Length: {len(body)}",
        f"Date: {formatdate(usegmt=True)}",
        f"Server: {SERVER_SOFTWARE}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def rejected(error: RejectedError, metrics: CollectorMetrics, origin: str | None = None) -> web.Response:
    """Count the rejection and build its response: status, header, and one line of text."""
    metrics.rejected[error.reason].inc()
    response = web.Response(status=error.reason.status, headers=cors_headers(origin), text=f"{error.detail}\n")
    response.headers[HEADER] = error.reason.value
    response.headers["X-Content-Type-Options"] = "nosniff"
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def set_cookie(response: web.Response, value: str, *, secure: bool) -> None:
    """Set the visitor cookie. Browsers expire cookies set by scripts after seven days, but not those of the server."""
    response.set_cookie(COOKIE, value, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure)
