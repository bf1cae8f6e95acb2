"""The collector's answers: accepted, refused, and the cookie."""

from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from services.collector.metrics import CollectorMetrics
from services.collector.refusals import HEADER, RefusedError

COOKIE = "_uv"
COOKIE_SECONDS = 395 * 24 * 60 * 60  # 13 months

# Answers hold nothing personal, so any page may read them; credentials are not part of that.
OPEN: Mapping[str, str] = CIMultiDictProxy(
    CIMultiDict({"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": HEADER})
)
PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def accepted() -> web.Response:
    return web.Response(status=202, headers=OPEN)


def refused(error: RefusedError, metrics: CollectorMetrics) -> web.Response:
    """Counts the refusal and says it: status, header, and one line."""
    metrics.refused[error.refusal].inc()
    answer = web.Response(status=error.refusal.status, headers=OPEN, text=f"{error.detail}\n")
    answer.headers[HEADER] = error.refusal.value
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def set_cookie(answer: web.Response, value: str, *, secure: bool) -> None:
    """A first-party cookie of the server's own, which browsers' seven-day cap on script cookies leaves alone."""
    answer.set_cookie(COOKIE, value, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure)
