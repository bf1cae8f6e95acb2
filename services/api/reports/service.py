"""Summary, timeseries and breakdown: reads counts, and turns them into metrics."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from common.clock import Clock, utc
from common.metrics import Counts, percent_of
from services.api.http.errors import InvalidQueryError
from services.api.reports.cache import AnswerCache, SharedComputations
from services.api.reports.counts_reader import CountsReader
from services.api.reports.filters import Filter, Operator
from services.api.reports.metric_families import MetricFamily, family_of, metrics_of
from services.api.reports.models import (
    Accuracy,
    Breakdown,
    BreakdownRow,
    ComparedDays,
    ComparedMetrics,
    ComparedPoints,
    Report,
    Summary,
    Timeseries,
    TimeseriesPoint,
    least_exact,
)
from services.api.reports.params import (
    BreakdownPage,
    BreakdownQuery,
    PeriodQuery,
    ReportQuery,
    Sort,
    SortColumn,
    SummaryQuery,
    TimeseriesQuery,
)
from services.api.reports.periods import Days, Period
from services.api.reports.plan import Plan, compared_days, plan_days, plan_series, suitable_interval
from services.api.reports.report_dimensions import GOAL, Dimension
from services.api.reports.rollups.range_state import SiteCalendar
from services.api.sites.models import Site

ResolveGoals = Callable[[tuple[Filter, ...], Site], Awaitable[tuple[Filter, ...]]]
"""Resolves the goals in filters to the site's targets."""
FindFirst = Callable[[int], Awaitable[datetime | None]]
"""Returns when the first visit to the site started."""

Answer = TypeVar("Answer", bound=Report)


@dataclass(frozen=True, slots=True)
class _ReportRequest:
    site: Site
    query: ReportQuery
    filters: tuple[Filter, ...]
    days: Days
    compared: Days | None
    where: SiteCalendar

    def heading(self, accuracies: list[Accuracy], now: datetime) -> dict[str, Any]:
        """Return the fields of ``Report``."""
        return {
            "site": self.site.name,
            "period": self.query.period,
            "first_day": self.days.first,
            "last_day": self.days.last,
            "timezone": self.site.timezone,
            "accuracy": least_exact(accuracies),
            "as_of": now,
        }

    def metrics(self, counts: Counts, family: MetricFamily = MetricFamily.TOTAL) -> dict[str, Any]:
        return metrics_of(counts, family, self.query.metrics)


class ReportService:
    def __init__(self, counting: CountsReader, find_first: FindFirst, resolve: ResolveGoals, clock: Clock) -> None:
        self._counting = counting
        self._find_first = find_first
        self._resolve = resolve
        self._clock = clock
        self._cache = AnswerCache[Report]()
        self._shared = SharedComputations[Report]()

    async def summary(self, site: Site, query: SummaryQuery) -> Summary:
        request = await self._request(site, query)

        async def compute() -> Summary:
            (counts,), accuracy = await self._counting.total(request.where, request.days, request.filters)
            accuracies, comparison = [accuracy], None
            if request.compared:
                (before,), accuracy = await self._counting.total(request.where, request.compared, request.filters)
                accuracies.append(accuracy)
                comparison = ComparedMetrics(**_days_fields(request.compared), **request.metrics(before))
            heading = request.heading(accuracies, self._now)
            return Summary(**heading, **request.metrics(counts), comparison=comparison)

        return await self._answer(Summary, request, compute)

    async def timeseries(self, site: Site, query: TimeseriesQuery) -> Timeseries:
        """Raises ``TooManyPointsError``."""
        request = await self._request(site, query)
        interval = query.interval or suitable_interval(query.period, request.days)

        def plan_of(days: Days) -> Plan:
            return plan_series(site.id, days, interval, site.zone, self._now, request.filters)

        async def points_of(days: Days) -> tuple[tuple[TimeseriesPoint, ...], Accuracy]:
            plan = plan_of(days)
            counted, accuracy = await self._counting.series(request.where, days, interval, plan)
            points = tuple(
                TimeseriesPoint(time=start.astimezone(site.zone).isoformat(), **request.metrics(counts))
                for start, counts in zip(plan.starts, counted, strict=True)
            )
            return points, accuracy

        async def compute() -> Timeseries:
            points, accuracy = await points_of(request.days)
            accuracies, comparison = [accuracy], None
            if request.compared:
                compared, accuracy = await points_of(request.compared)
                accuracies.append(accuracy)
                comparison = ComparedPoints(**_days_fields(request.compared), points=compared)
            heading = request.heading(accuracies, self._now)
            return Timeseries(**heading, interval=interval, points=points, comparison=comparison)

        return await self._answer(Timeseries, request, compute)

    async def breakdown(self, site: Site, dimension: Dimension, query: BreakdownQuery) -> Breakdown:
        request = await self._request(site, query)
        family = family_of(dimension.name)
        goal = await self._goal(site, query)

        async def compute() -> Breakdown:
            total, found, accuracy = await self._counting.ranking(
                request.where, request.days, dimension, _sortable(query.rows, family), request.filters
            )
            accuracies: list[Accuracy] = [accuracy]
            values = [value for value, _ in found]
            before: Mapping[str, Counts] = {}
            converted: Mapping[str, Counts] = {}
            if goal:
                converted, accuracy = await self._counting.values(
                    request.where, request.days, dimension, values, (*request.filters, *goal)
                )
                accuracies.append(accuracy)
            if request.compared:
                before, accuracy = await self._counting.values(
                    request.where, request.compared, dimension, values, request.filters
                )
                accuracies.append(accuracy)
            rows = tuple(
                BreakdownRow(
                    value=value,
                    **request.metrics(counts, family),
                    conversion_rate=_conversion_rate(converted.get(value, Counts()), counts) if goal else None,
                    comparison=request.metrics(before.get(value, Counts()), family) if request.compared else None,
                )
                for value, counts in found
            )
            return Breakdown(
                **request.heading(accuracies, self._now),
                dimension=dimension.name,
                goal=query.goal,
                page=query.page,
                limit=query.limit,
                total=total if query.total else None,
                rows=rows,
                compared_days=ComparedDays(**_days_fields(request.compared)) if request.compared else None,
            )

        return await self._answer(Breakdown, request, compute, dimension, goal)

    async def _answer(
        self, kind: type[Answer], request: _ReportRequest, compute: Callable[[], Awaitable[Answer]], *more: object
    ) -> Answer:
        """Return the cached report if nothing can have changed since, or compute it once for all waiting requests."""
        ranges = [request.days, *([request.compared] if request.compared else [])]
        key = (kind, request.site.id, request.site.timezone, request.query, request.filters, request.days, *more)
        if any(days.last >= request.where.today for days in ranges):
            return _of_kind(kind, await self._shared.join_next(key, compute))
        states = [await self._counting.state(request.where, days) for days in ranges]
        if not all(state.is_settled for state in states):
            return _of_kind(kind, await self._shared.join_next(key, compute))
        key = (*key, tuple(state.version for state in states))
        known = self._cache.get(key)
        if isinstance(known, kind):
            return known.model_copy(update={"as_of": self._now})
        answer = _of_kind(kind, await self._shared.join(key, compute))
        self._cache.put(key, answer)
        return answer

    async def _request(self, site: Site, query: ReportQuery) -> _ReportRequest:
        days = await self.days(site, query)
        today = self._today(site)
        filters = await self._resolve(query.filter, site) if query.filter else ()
        return _ReportRequest(
            site, query, filters, days, compared_days(query, days, today), SiteCalendar(site.id, site.zone, today)
        )

    async def _goal(self, site: Site, query: BreakdownQuery) -> tuple[Filter, ...]:
        """Return the filter for visits in which the goal was reached, or nothing if there is no goal."""
        if query.goal is None:
            return ()
        try:
            return await self._resolve((Filter(GOAL, Operator.IS, (query.goal,)),), site)
        except InvalidQueryError:
            raise InvalidQueryError.for_field("goal", "the goal does not exist") from None

    async def days(self, site: Site, query: PeriodQuery) -> Days:
        """Return the days of a query in the site's time zone."""
        oldest = site.created_at
        if query.period is Period.ALL:
            oldest = await self._find_first(site.id) or oldest
        return plan_days(query, self._today(site), oldest.astimezone(site.zone).date())

    def _today(self, site: Site) -> date:
        return self._now.astimezone(site.zone).date()

    @property
    def _now(self) -> datetime:
        return utc(self._clock())


def _of_kind(kind: type[Answer], answer: Report) -> Answer:
    assert isinstance(answer, kind)  # noqa: S101 - the kind is part of the key
    return answer


def _conversion_rate(converted: Counts, all_visitors: Counts) -> float:
    # All visitors can be an estimate, and so fewer than the counted visitors who converted.
    return percent_of(min(converted.visitors, all_visitors.visitors), all_visitors.visitors)


def _days_fields(days: Days) -> dict[str, Any]:
    return {"first_day": days.first, "last_day": days.last}


def _sortable(rows: BreakdownPage, family: MetricFamily) -> BreakdownPage:
    """Sort by value if the values do not have the metric to sort by."""
    if rows.sort.column is SortColumn.VALUE or rows.sort.column.value in family.metrics:
        return rows
    return replace(rows, sort=Sort(SortColumn.VALUE, is_descending=False))
