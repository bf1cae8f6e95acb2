"""A dashboard's requests as a browser sends them, and their duration."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from benchmarks.processes import BenchmarkError
from benchmarks.statistics_sets import PASSWORD, USER
from common.dimensions import VISIT_DIMENSIONS

DASHBOARD = (
    "summary",
    "timeseries",
    "breakdown/page",
    "breakdown/source",
    "breakdown/country",
    "breakdown/browser",
    "breakdown/os",
    "breakdown/device",
    "breakdown/event",
)
"""Reports that a dashboard shows first."""
TABS = tuple(
    report
    for report in (*(f"breakdown/{dimension.name}" for dimension in VISIT_DIMENSIONS), "breakdown/link")
    if report not in DASHBOARD
)
"""Reports that it shows after a click."""
_CONNECTIONS = 6
"""Connections that a browser opens to one server."""
_ROWS = 10
_LONGEST_SECONDS = 600


class _Accuracy(msgspec.Struct):
    source: str
    sampled: float | None = None


class _Answer(msgspec.Struct):
    accuracy: _Accuracy


@dataclass(frozen=True, slots=True)
class ReportView:
    """Site, days and filters of a request."""

    site: str
    first: date
    last: date
    filters: tuple[str, ...] = ()

    def earlier(self, days: int) -> "ReportView":
        """Return an earlier period of the same length, so that no cached response applies."""
        back = timedelta(days=days)
        return ReportView(self.site, self.first - back, self.last - back, self.filters)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the times at which its days begin and end."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, clock_time(), zone), datetime.combine(after, clock_time(), zone)

    def parameters(self, report: str) -> list[tuple[str, str]]:
        chosen = [("period", "custom"), ("from", self.first.isoformat()), ("to", self.last.isoformat())]
        if report.startswith("breakdown"):
            chosen += [("limit", str(_ROWS)), ("total", "false")]
        return [*chosen, *(("filter", text) for text in self.filters)]


class Browser:
    """A user who is logged in."""

    def __init__(self, session: ClientSession, headers: Mapping[str, str]) -> None:
        self._session = session
        self.headers = headers

    async def time(self, view: ReportView, report: str) -> float:
        """Return milliseconds until the response is complete. Raise ``BenchmarkError`` for an error status."""
        began = time.perf_counter()
        await self.get(view, report)
        return (time.perf_counter() - began) * 1000

    async def source(self, view: ReportView, report: str) -> str:
        """Return how the response was made: ``rollups``, ``raw``, or ``sample 1/16``."""
        accuracy = msgspec.json.decode(await self.get(view, report), type=_Answer).accuracy
        return (
            f"{accuracy.source} {Fraction(accuracy.sampled).limit_denominator(256)}"
            if accuracy.sampled
            else accuracy.source
        )

    async def time_together(self, view: ReportView, reports: Sequence[str]) -> float:
        """Return the same for several reports at once."""
        began = time.perf_counter()
        await asyncio.gather(*(self.get(view, report) for report in reports))
        return (time.perf_counter() - began) * 1000

    async def get(self, view: ReportView, report: str) -> bytes:
        path = f"/api/v1/sites/{view.site}/stats/{report}"
        async with self._session.get(path, params=view.parameters(report), headers=self.headers) as answer:
            text = await answer.read()
        if answer.status != 200:
            raise BenchmarkError(f"{report}: {answer.status} {text.decode(errors='replace')[:300]}")
        return text


@asynccontextmanager
async def many_browsers(port: int, count: int) -> AsyncIterator[list[Browser]]:
    """Yield browsers of one user, each with its own connections."""
    async with logged_in(port) as first, AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(_session(port)) for _ in range(count)]
        yield [Browser(session, first.headers) for session in sessions]


@asynccontextmanager
async def logged_in(port: int) -> AsyncIterator[Browser]:
    async with _session(port) as session:
        body = {"username": USER, "password": PASSWORD}
        async with session.post("/api/v1/auth/token", json=body) as answer:
            if answer.status != 200:
                raise BenchmarkError(f"login: {answer.status} {(await answer.text())[:300]}")
            token = (await answer.json())["access_token"]
        yield Browser(session, {"Authorization": f"Bearer {token}"})


def _session(port: int) -> ClientSession:
    return ClientSession(
        f"http://127.0.0.1:{port}",
        connector=TCPConnector(limit=_CONNECTIONS),
        timeout=ClientTimeout(total=_LONGEST_SECONDS),
    )
