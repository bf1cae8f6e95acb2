"""What is answered: what is asked for counted, and counts made metrics."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from common.clock import Clock, utc
from common.metrics import Counts, percent_of
from services.api.http.errors import InvalidQueryError
from services.api.reports.accuracy import Accuracy, together
from services.api.reports.breakdown import Column, Rows, Sort
from services.api.reports.counting import Counting
from services.api.reports.dimensions import GOAL, Dimension
from services.api.reports.filters import Filter, Operator
from services.api.reports.metrics import Family, family_of, metrics_of
from services.api.reports.models import (
    Breakdown,
    ComparedDays,
    ComparedMetrics,
    ComparedPoints,
    Point,
    Report,
    Row,
    Summary,
    Timeseries,
)
from services.api.reports.params import BreakdownQuery, PeriodQuery, ReportQuery, SummaryQuery, TimeseriesQuery
from services.api.reports.periods import Days, Period
from services.api.reports.plan import Plan, compared_days, plan_days, plan_series, suitable_interval
from services.api.reports.remembered import Remembered
from services.api.reports.rollups.state import Where
from services.api.reports.shared import Shared
from services.api.sites.models import Site

Resolve = Callable[[tuple[Filter, ...], Site], Awaitable[tuple[Filter, ...]]]
"""Says of filters what they stand for on the site."""
FindFirst = Callable[[int], Awaitable[datetime | None]]
"""When the first visit to the site began."""

Answer = TypeVar("Answer", bound=Report)


@dataclass(frozen=True, slots=True)
class _Asked:
    site: Site
    query: ReportQuery
    filters: tuple[Filter, ...]
    days: Days
    compared: Days | None
    where: Where

    def heading(self, accuracies: list[Accuracy], now: datetime) -> dict[str, Any]:
        """The fields of ``Report``."""
        return {
            "site": self.site.name,
            "period": self.query.period,
            "first_day": self.days.first,
            "last_day": self.days.last,
            "timezone": self.site.timezone,
            "accuracy": together(accuracies),
            "as_of": now,
        }

    def metrics(self, counts: Counts, family: Family = Family.TOTAL) -> dict[str, Any]:
        return metrics_of(counts, family, self.query.metrics)


class StatsService:
    def __init__(self, counting: Counting, find_first: FindFirst, resolve: Resolve, clock: Clock) -> None:
        self._counting = counting
        self._find_first = find_first
        self._resolve = resolve
        self._clock = clock
        self._remembered = Remembered[Report]()
        self._shared = Shared[Report]()

    async def summary(self, site: Site, query: SummaryQuery) -> Summary:
        asked = await self._ask(site, query)

        async def make() -> Summary:
            (counts,), accuracy = await self._counting.total(asked.where, asked.days, asked.filters)
            accuracies, comparison = [accuracy], None
            if asked.compared:
                (before,), accuracy = await self._counting.total(asked.where, asked.compared, asked.filters)
                accuracies.append(accuracy)
                comparison = ComparedMetrics(**_days_fields(asked.compared), **asked.metrics(before))
            heading = asked.heading(accuracies, self._now)
            return Summary(**heading, **asked.metrics(counts), comparison=comparison)

        return await self._answer(Summary, asked, make)

    async def timeseries(self, site: Site, query: TimeseriesQuery) -> Timeseries:
        """Raises ``TooManyPointsError``."""
        asked = await self._ask(site, query)
        interval = query.interval or suitable_interval(query.period, asked.days)

        def plan_of(days: Days) -> Plan:
            return plan_series(site.id, days, interval, site.zone, self._now, asked.filters)

        async def points_of(days: Days) -> tuple[tuple[Point, ...], Accuracy]:
            plan = plan_of(days)
            counted, accuracy = await self._counting.series(asked.where, days, interval, plan)
            points = tuple(
                Point(time=start.astimezone(site.zone).isoformat(), **asked.metrics(counts))
                for start, counts in zip(plan.starts, counted, strict=True)
            )
            return points, accuracy

        async def make() -> Timeseries:
            points, accuracy = await points_of(asked.days)
            accuracies, comparison = [accuracy], None
            if asked.compared:
                compared, accuracy = await points_of(asked.compared)
                accuracies.append(accuracy)
                comparison = ComparedPoints(**_days_fields(asked.compared), points=compared)
            heading = asked.heading(accuracies, self._now)
            return Timeseries(**heading, interval=interval, points=points, comparison=comparison)

        return await self._answer(Timeseries, asked, make)

    async def breakdown(self, site: Site, dimension: Dimension, query: BreakdownQuery) -> Breakdown:
        asked = await self._ask(site, query)
        family = family_of(dimension.name)
        goal = await self._goal(site, query)

        async def make() -> Breakdown:
            total, found, accuracy = await self._counting.ranking(
                asked.where, asked.days, dimension, _sortable(query.rows, family), asked.filters
            )
            accuracies: list[Accuracy] = [accuracy]
            values = [value for value, _ in found]
            before: Mapping[str, Counts] = {}
            converted: Mapping[str, Counts] = {}
            if goal:
                converted, accuracy = await self._counting.values(
                    asked.where, asked.days, dimension, values, (*asked.filters, *goal)
                )
                accuracies.append(accuracy)
            if asked.compared:
                before, accuracy = await self._counting.values(
                    asked.where, asked.compared, dimension, values, asked.filters
                )
                accuracies.append(accuracy)
            rows = tuple(
                Row(
                    value=value,
                    **asked.metrics(counts, family),
                    conversion_rate=_conversion_rate(converted.get(value, Counts()), counts) if goal else None,
                    comparison=asked.metrics(before.get(value, Counts()), family) if asked.compared else None,
                )
                for value, counts in found
            )
            return Breakdown(
                **asked.heading(accuracies, self._now),
                dimension=dimension.name,
                goal=query.goal,
                page=query.page,
                limit=query.limit,
                total=total if query.total else None,
                rows=rows,
                compared_days=ComparedDays(**_days_fields(asked.compared)) if asked.compared else None,
            )

        return await self._answer(Breakdown, asked, make, dimension, goal)

    async def _answer(
        self, kind: type[Answer], asked: _Asked, make: Callable[[], Awaitable[Answer]], *more: object
    ) -> Answer:
        """From memory, if it is there and nothing can have changed since; of several who ask at once, for all."""
        ranges = [asked.days, *([asked.compared] if asked.compared else [])]
        key = (kind, asked.site.id, asked.site.timezone, asked.query, asked.filters, asked.days, *more)
        if any(days.last >= asked.where.today for days in ranges):
            return _of_kind(kind, await self._shared.fresh(key, make))
        states = [await self._counting.state(asked.where, days) for days in ranges]
        if not all(state.is_settled for state in states):
            return _of_kind(kind, await self._shared.fresh(key, make))
        key = (*key, tuple(state.version for state in states))
        known = self._remembered.get(key)
        if isinstance(known, kind):
            return known.model_copy(update={"as_of": self._now})
        answer = _of_kind(kind, await self._shared.same(key, make))
        self._remembered.put(key, answer)
        return answer

    async def _ask(self, site: Site, query: ReportQuery) -> _Asked:
        days = await self.days(site, query)
        today = self._today(site)
        filters = await self._resolve(query.filter, site) if query.filter else ()
        return _Asked(site, query, filters, days, compared_days(query, days, today), Where(site.id, site.zone, today))

    async def _goal(self, site: Site, query: BreakdownQuery) -> tuple[Filter, ...]:
        """What chooses the visits in which the goal was reached; empty where none is asked for."""
        if query.goal is None:
            return ()
        try:
            return await self._resolve((Filter(GOAL, Operator.IS, (query.goal,)),), site)
        except InvalidQueryError:
            raise InvalidQueryError.for_field("goal", "the site has no such goal") from None

    async def days(self, site: Site, query: PeriodQuery) -> Days:
        """Which days of the site's calendar are asked about."""
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


def _conversion_rate(converted: Counts, everybody: Counts) -> float:
    # Where all visitors are estimated and those who converted are counted, they may seem to be more.
    return percent_of(min(converted.visitors, everybody.visitors), everybody.visitors)


def _days_fields(days: Days) -> dict[str, Any]:
    return {"first_day": days.first, "last_day": days.last}


def _sortable(rows: Rows, family: Family) -> Rows:
    """By a metric that the values do not have they are all equal, and so in the order of their names."""
    if rows.sort.column is Column.VALUE or rows.sort.column.value in family.metrics:
        return rows
    return replace(rows, sort=Sort(Column.VALUE, is_descending=False))
