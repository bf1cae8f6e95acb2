"""The collector's answers: accepted, refused, and the cookie."""

import time
from email.utils import formatdate

from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE

from services.collector.metrics import CollectorMetrics
from services.collector.refusals import HEADER, RefusedError

COOKIE = "_uv"
_LONGEST_ORIGIN = 300
COOKIE_SECONDS = 395 * 24 * 60 * 60  # 13 months

# Answers hold nothing personal, so any page may read them; credentials are not part of that.
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": HEADER}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def open_to(origin: str | None) -> dict[str, str]:
    """Headers by which a page of ``origin`` may read an answer to a request with cookies, as the tracker's are.

    Browsers take no "*" then.
    """
    if not origin or len(origin) > _LONGEST_ORIGIN or not origin.isascii():
        return OPEN
    return OPEN | {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def accepted(origin: str | None) -> web.Response:
    return web.Response(status=202, headers=open_to(origin))


class AcceptedBytes:
    """What ``accepted`` says, as bytes made once a second for each origin."""

    def __init__(self) -> None:
        self._second = 0
        self._by_origin: dict[str | None, bytes] = {}

    def __call__(self, origin: str | None) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._by_origin = {}
            self._second = second
        answer = self._by_origin.get(origin)
        if answer is None:
            answer = self._by_origin[origin] = as_bytes(accepted(origin))
        return answer


def as_bytes(answer: web.Response) -> bytes:
    """The whole answer, on a connection of HTTP/1.1."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    lines = [
        f"HTTP/1.1 {answer.status} {answer.reason}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        *(cookie.output() for cookie in answer.cookies.values()),
        f"Content-Length: {len(body)}",
        f"Date: {formatdate(usegmt=True)}",
        f"Server: {SERVER_SOFTWARE}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def refused(error: RefusedError, metrics: CollectorMetrics, origin: str | None = None) -> web.Response:
    """Counts the refusal and says it: status, header, and one line."""
    metrics.refused[error.refusal].inc()
    answer = web.Response(status=error.refusal.status, headers=open_to(origin), text=f"{error.detail}\n")
    answer.headers[HEADER] = error.refusal.value
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def set_cookie(answer: web.Response, value: str, *, secure: bool) -> None:
    """A first-party cookie of the server's own, which browsers' seven-day cap on script cookies leaves alone."""
    answer.set_cookie(COOKIE, value, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure)
