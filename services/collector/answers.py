"""The collector's answers: accepted, refused, and the cookie."""

import time
from email.utils import formatdate

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
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


class PrebuiltAccepted(web.StreamResponse):
    """What ``accepted`` says, as bytes made once a second: one object answers all keep-alive requests.

    Building and serialising headers for each request is a fifth of what an accepted beacon costs; see
    ``benchmarks/collector.py``.
    """

    def __init__(self) -> None:
        super().__init__(status=202)
        self._second = 0
        self._by_origin: dict[str | None, bytes] = {}

    @staticmethod
    def suits(request: web.BaseRequest) -> bool:
        return request.version == HttpVersion11 and request.keep_alive

    @property
    def keep_alive(self) -> bool:
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client went away")
        transport.write(self._current(int(time.time()), request.headers.get("Origin")))
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Everything was said."""

    def _current(self, second: int, origin: str | None) -> bytes:
        if second != self._second:
            self._by_origin = {}
            self._second = second
        answer = self._by_origin.get(origin)
        if answer is None:
            lines = [
                "HTTP/1.1 202 Accepted",
                *(f"{name}: {value}" for name, value in open_to(origin).items()),
                "Content-Length: 0",
                f"Date: {formatdate(second, usegmt=True)}",
                f"Server: {SERVER_SOFTWARE}",
            ]
            answer = self._by_origin[origin] = "\r\n".join([*lines, "", ""]).encode()
        return answer


def refused(error: RefusedError, metrics: CollectorMetrics, origin: str | None = None) -> web.Response:
    """Counts the refusal and says it: status, header, and one line."""
    metrics.refused[error.refusal].inc()
    answer = web.Response(status=error.refusal.status, headers=open_to(origin), text=f"{error.detail}\n")
    answer.headers[HEADER] = error.refusal.value
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def set_cookie(answer: web.Response, value: str, *, secure: bool) -> None:
    """A first-party cookie of the server's own, which browsers' seven-day cap on script cookies leaves alone."""
    answer.set_cookie(COOKIE, value, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure)
