"""Runs the requests of the statistics benchmarks against their own servers."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from benchmarks.dataset.load import sizes
from benchmarks.processes import all_cores
from benchmarks.servers import BenchmarkedService, running_api, running_valkey
from benchmarks.statistics_requests import DASHBOARD, ReportView, logged_in, many_browsers
from benchmarks.statistics_sets import SCALED_SITE, DataSet, drop_from_cache, make_scaled, running_set
from common.rollups import Grain, RollupDimension
from common.store import connect, load_queries

_SQL = load_queries("benchmarks")
_ROUNDS_OF_SLOW = 3
_PLAIN_ROUNDS, _PLAIN_MS = 2, 3_000
_SLOW_MS = 5_000
CROWD = 50
"""Dashboards at once."""


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    name: str
    days: int

    def view(self, site: str, last: date, *filters: str) -> ReportView:
        return ReportView(site, last - timedelta(days=self.days - 1), last, filters)


MONTH, YEAR = ReportPeriod("30 days", 30), ReportPeriod("12 months", 365)


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """Milliseconds."""

    cold: float | None
    warm: Sequence[float]
    source: str = ""
    """How the responses were made."""

    @property
    def median(self) -> float:
        return median(self.warm)

    @property
    def p95(self) -> float:
        return quantiles(self.warm, n=20, method="inclusive")[-1] if len(self.warm) > 1 else self.warm[0]


@dataclass(slots=True)
class ReportTimes:
    reports: dict[str, ResponseTimes] = field(default_factory=dict)
    together: ResponseTimes = ResponseTimes(None, ())
    plain: dict[str, float] = field(default_factory=dict)
    """Milliseconds of plain SQL by report: the faster of two runs, unless it is slow."""
    memory: int | None = None
    """Memory of the API at the end, in bytes."""


@dataclass(frozen=True, slots=True)
class ConcurrentDashboards:
    """Milliseconds until each of the dashboards had all its reports."""

    different: ResponseTimes
    same: ResponseTimes
    seconds: float
    """Seconds until the last of the different dashboards was complete."""


@dataclass(frozen=True, slots=True)
class StoredSize:
    bytes: dict[str, int]
    """On disk with indexes, by table."""
    pageviews: int
    visits: int


class StatisticsRun:
    """Measurements on one data set."""

    def __init__(self, folder: Path, chosen: DataSet, rounds: int) -> None:
        self._folder = folder
        self._chosen = chosen
        self._rounds = rounds

    def times(
        self,
        site: str,
        period: ReportPeriod,
        reports: Sequence[str],
        *filters: str,
        plain: Mapping[str, str] | None = None,
    ) -> ReportTimes:
        """Measure all reports. ``plain``: names of plain queries by report. Raise ``BenchmarkError``."""
        view = period.view(site, self._chosen.made.wanted.until, *filters)
        drop_from_cache(self._chosen.folder)
        with self._serving() as (database_url, api):
            times = asyncio.run(_ask(api.port, view, reports, self._rounds))
            times.memory = api.memory
            for report, query in (plain or {}).items():
                times.plain[report] = asyncio.run(self._plain(database_url, view, query))
        return times

    def make_scaled(self) -> None:
        """Add a site that is much larger, unless it exists."""
        with running_set(self._chosen) as postgres:
            asyncio.run(make_scaled(postgres.database_url()))

    def crowd(self, site: str, period: ReportPeriod) -> "ConcurrentDashboards":
        """Measure many dashboards at once, of different days and then of the same days. Raise ``BenchmarkError``."""
        view = period.view(site, self._chosen.made.wanted.until)
        with self._serving() as (_, api):
            return asyncio.run(_crowd(api.port, view))

    def stored(self, site: str) -> StoredSize:
        """Return the site's size on disk."""
        with running_set(self._chosen) as postgres:
            return asyncio.run(_stored(postgres.database_url(), site, self._chosen))

    @contextlib.contextmanager
    def _serving(self) -> Iterator[tuple[str, BenchmarkedService]]:
        """Yield the database's URL and the API."""
        with (
            running_set(self._chosen) as postgres,
            running_valkey(self._folder, fsync="everysec", cores=all_cores()) as valkey,
            running_api(valkey.url, postgres.database_url(), self._folder, all_cores()) as api,
        ):
            yield postgres.database_url(), api

    async def _plain(self, database_url: str, view: ReportView, query: str) -> float:
        begin, end = view.bounds(ZoneInfo(self._chosen.made.wanted.timezone))
        connection = await connect(database_url)
        try:
            site_id = await connection.fetchval(_SQL["site_id"], view.site)
            taken: list[float] = []
            while len(taken) < _PLAIN_ROUNDS and sum(taken) < _PLAIN_MS:
                began = time.perf_counter()
                await connection.fetch(_SQL[query], site_id, begin, end, timeout=None)
                taken.append((time.perf_counter() - began) * 1000)
            return min(taken)
        finally:
            await connection.close()


async def _crowd(port: int, view: ReportView) -> ConcurrentDashboards:
    async with many_browsers(port, CROWD) as browsers:
        await browsers[0].time_together(view, DASHBOARD)
        began = time.perf_counter()
        different = await asyncio.gather(
            *(browser.time_together(view.earlier(days), DASHBOARD) for days, browser in enumerate(browsers, 1))
        )
        seconds = time.perf_counter() - began
        same = await asyncio.gather(*(browser.time_together(view.earlier(CROWD), DASHBOARD) for browser in browsers))
        return ConcurrentDashboards(ResponseTimes(None, different), ResponseTimes(None, same), seconds)


async def _stored(database_url: str, site: str, chosen: DataSet) -> StoredSize:
    connection = await connect(database_url)
    try:
        site_id = await connection.fetchval(_SQL["site_id"], site)
        pageviews = await connection.fetchval(_SQL["pageviews"], site_id, Grain.MONTH, RollupDimension.TOTAL)
        is_alone = await connection.fetchval(_SQL["site_id"], SCALED_SITE) is None
    finally:
        await connection.close()
    # With another site in the database, its rollups would count too; use the sizes from when the site was created.
    on_disk = await sizes(database_url) if is_alone else chosen.made.bytes
    return StoredSize(on_disk, pageviews, chosen.made.visits)


async def _ask(port: int, view: ReportView, reports: Sequence[str], rounds: int) -> ReportTimes:
    times = ReportTimes()
    async with logged_in(port) as browser:
        for report in reports:
            cold = await browser.time(view, report)
            times.reports[report] = ResponseTimes(cold, ())
        for report, taken in times.reports.items():
            warm = [await browser.time(view.earlier(1), report)]
            count = rounds if warm[0] < _SLOW_MS else _ROUNDS_OF_SLOW
            warm += [await browser.time(view.earlier(days), report) for days in range(2, count + 1)]
            times.reports[report] = ResponseTimes(taken.cold, warm, await browser.source(view, report))
        # Different days, because responses for the measured ones may be cached.
        together = [await browser.time_together(view.earlier(rounds + 1 + days), DASHBOARD) for days in range(rounds)]
        times.together = ResponseTimes(None, together)
    return times
