"""Duration of a site's reports over HTTP, compared with plain SQL over the raw rows.

Cold: the first time after PostgreSQL and the API were restarted and the system's caches dropped, one report after the
other. Warm: the requested days move back by one each time, so that no response is a cached one.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import ResultRow, ResultTarget, Section, memory
from benchmarks.statistics_requests import DASHBOARD, TABS
from benchmarks.statistics_runs import (
    CROWD,
    MONTH,
    YEAR,
    ConcurrentDashboards,
    ReportPeriod,
    ReportTimes,
    ResponseTimes,
    StatisticsRun,
    StoredSize,
)
from benchmarks.statistics_sets import SCALED_SITE, SITE, TIMES, DataSet, data_set

REPORT, TOGETHER = ResultTarget(50, at_least=False), ResultTarget(250, at_least=False)
FILTERED_REPORT, FILTERED_TOGETHER = ResultTarget(300, at_least=False), ResultTarget(1_500, at_least=False)
LARGER = ResultTarget(1.3, at_least=False)
TARGETS_FROM = 10_000_000
"""Visits from which targets apply."""
_FILTERS = {"device:is:Mobile": "plain_country_on_mobile", "country:is:DE": "plain_source_in_germany"}
"""Filters, and the plain query with the same filter."""
_ROLLUPS = ("rollups", "rollup_deltas")
_BY_COUNTRY, _BY_SOURCE, _BY_PAGE = "breakdown/country", "breakdown/source", "breakdown/page"
_PLAIN = {_BY_COUNTRY: "plain_country", _BY_SOURCE: "plain_source", _BY_PAGE: "plain_page"}


def measure(folder: Path, cache: Path, *, sizes: Sequence[int], scaled: bool, rounds: int) -> list[Section]:
    """Measure sites of ``sizes`` visits; ``scaled``: ten times the last one too. Raise ``BenchmarkError``."""
    sections: list[Section] = []
    for size in sizes:
        chosen = data_set(cache, size)
        own = folder / f"statistics-{size}"
        own.mkdir()
        run = StatisticsRun(own, chosen, rounds)
        sections += [_about(chosen), _storage(size, run.stored(SITE))]
        # A year of plain SQL over ten million visits takes minutes and shows nothing that a month does not.
        plain = {MONTH: _PLAIN, YEAR: _PLAIN if size < TARGETS_FROM else {}}
        whole = {period: run.times(SITE, period, (*DASHBOARD, *TABS), plain=plain[period]) for period in (MONTH, YEAR)}
        sections += [_unfiltered(size, period, times) for period, times in whole.items()]
        sections += [_filtered(size, text, run) for text in _FILTERS]
        sections += [_crowd(size, period, run.crowd(SITE, period)) for period in (MONTH, YEAR)]
        if scaled and size == sizes[-1]:
            run.make_scaled()
            sections += [_scaled(size, period, times, run) for period, times in whole.items()]
    return sections


def _about(chosen: DataSet) -> Section:
    made = chosen.made
    rows = [
        ResultRow(what="visitors", value=made.visitors),
        ResultRow(what="visits", value=made.visits),
        ResultRow(what="events: page views, leaves, custom events, clicks", value=made.events),
        ResultRow(what="rows written a second, by COPY", value=made.rows_a_second, unit="/s"),
        ResultRow(what="rollups made from them by the worker's code", value=made.rollups_seconds, unit="s"),
    ]
    notes = ["durations are from when the site was generated"]
    return Section(
        f"Statistics: site of {_human(made.wanted.visits)} visits in {made.wanted.months} months", rows, notes
    )


def _storage(size: int, stored: StoredSize) -> Section:
    """Return sizes on disk. Rollups grow with days and distinct values, hardly with visits."""
    whole = sum(stored.bytes.values())
    raw = whole - sum(stored.bytes[table] for table in _ROLLUPS)
    rows = [
        *(
            ResultRow(what=f"{table} with indexes, a visit", value=taken / stored.visits, unit="bytes")
            for table, taken in stored.bytes.items()
        ),
        ResultRow(what="a visit, raw rows only", value=raw / stored.visits, unit="bytes"),
        ResultRow(what="a visit, with rollups", value=whole / stored.visits, unit="bytes"),
        ResultRow(what="a page view, raw rows only", value=raw / stored.pageviews, unit="bytes", key="storage: raw"),
        ResultRow(what="a page view, with rollups", value=whole / stored.pageviews, unit="bytes", key="storage: all"),
        ResultRow(what="page views, without those of bots", value=stored.pageviews),
        ResultRow(what="total", value=whole / 1e9, unit="GB"),
    ]
    return Section(f"Storage: {_human(size)} visits with their page views, leaves, events and clicks", rows)


def _crowd(size: int, period: ReportPeriod, crowd: ConcurrentDashboards) -> Section:
    reports = len(DASHBOARD)
    rows = [
        _row(f"of different days: all {reports} reports of a dashboard", crowd.different, None),
        _row(f"of the same days: all {reports} reports of a dashboard", crowd.same, None),
        ResultRow(
            what="reports a second, of different days",
            value=CROWD * reports / crowd.seconds,
            unit="/s",
            key=f"statistics: reports a second, {period.name}",
        ),
    ]
    notes = ["one API process; the first number is the median of all dashboards"]
    return Section(f"Statistics, {_human(size)} visits, {period.name}: {CROWD} dashboards at once", rows, notes)


def _unfiltered(size: int, period: ReportPeriod, times: ReportTimes) -> Section:
    has_targets = size >= TARGETS_FROM
    rows = _rows(times, REPORT if has_targets else None, TOGETHER if has_targets else None)
    rows += [row for report in times.plain for row in _compared_with_plain(report, times)]
    rows += memory("API, resident", times.memory)
    return Section(f"Statistics, {_human(size)} visits, {period.name}", rows)


def _filtered(size: int, text: str, run: StatisticsRun) -> Section:
    has_targets = size >= TARGETS_FROM
    report = _BY_COUNTRY if text.startswith("device") else _BY_SOURCE
    times = run.times(SITE, MONTH, DASHBOARD, text, plain={report: _FILTERS[text]})
    rows = _rows(times, FILTERED_REPORT if has_targets else None, FILTERED_TOGETHER if has_targets else None)
    return Section(
        f"Statistics, {_human(size)} visits, {MONTH.name}, filter {text}", [*rows, *_compared_with_plain(report, times)]
    )


def _scaled(size: int, period: ReportPeriod, small: ReportTimes, run: StatisticsRun) -> Section:
    """Compare with the smaller site."""
    times = run.times(SCALED_SITE, period, (*DASHBOARD, *TABS))
    name = _human(size)
    rows = _rows(times, REPORT, TOGETHER)
    ratio = sum(taken.median for taken in times.reports.values()) / sum(
        taken.median for taken in small.reports.values()
    )
    together = times.together.median / small.together.median
    rows.append(
        ResultRow(what=f"all reports one by one, compared with those of {name}", value=ratio, unit="x", target=LARGER)
    )
    rows.append(
        ResultRow(what=f"the dashboard at once, compared with that of {name}", value=together, unit="x", target=LARGER)
    )
    return Section(
        f"Statistics, {_human(size * TIMES)} visits, {period.name}: rollups only, derived from those of {name}", rows
    )


def _rows(times: ReportTimes, target: ResultTarget | None, together: ResultTarget | None) -> list[ResultRow]:
    rows = [_row(f"{report} ({taken.source})", taken, target) for report, taken in times.reports.items()]
    return [*rows, _row(f"dashboard: {len(DASHBOARD)} reports at once", times.together, together)]


def _row(what: str, taken: ResponseTimes, target: ResultTarget | None) -> ResultRow:
    return ResultRow(
        what=what,
        value=taken.median,
        unit="ms",
        lowest=min(taken.warm),
        highest=max(taken.warm),
        p95=taken.p95,
        cold=taken.cold,
        target=target,
    )


def _compared_with_plain(report: str, times: ReportTimes) -> list[ResultRow]:
    plain = times.plain[report]
    return [
        ResultRow(what=f"{report} as plain SQL", value=plain, unit="ms"),
        ResultRow(what=f"{report}: speedup", value=plain / times.reports[report].median, unit="x"),
    ]


def _human(visits: int) -> str:
    return f"{visits / 1e6:g} M" if visits >= 1_000_000 else f"{visits:,}"
