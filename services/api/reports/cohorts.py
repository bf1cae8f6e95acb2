"""Cohort retention: how many visitors return, by the day or week of their first visit."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from common.metrics import percent_of
from common.store import load_queries
from services.api.http.models import ResponseModel
from services.api.reports.buckets import Interval, TooManyPointsError, starts, until
from services.api.reports.compose import Statement
from services.api.reports.models import Report
from services.api.reports.params import PeriodQuery
from services.api.reports.periods import Days
from services.api.reports.raw_reader import RawReader
from services.api.reports.selection import Selection, SelectionBuilder
from services.api.sites.models import Site


class CohortInterval(StrEnum):
    DAY = "day"
    WEEK = "week"


class Cohort(ResponseModel):
    first_day: date
    """First day of the day or week (from Monday) of the first visit, in the site's time zone."""
    size: int
    """Number of visitors whose first visit was then."""
    returned: tuple[int, ...]
    """How many of them visited the site in interval 0 (that of the first visit), 1, 2, … up to now."""
    percent: tuple[float, ...]
    """``returned`` in percent of ``size``."""


class CohortRetention(Report):
    interval: CohortInterval
    cohorts: tuple[Cohort, ...]
    """One for each interval that has started. If the period includes today, the last number of each is of an
    incomplete interval."""


class CohortRetentionQuery(PeriodQuery):
    interval: CohortInterval = CohortInterval.WEEK
    """With `week`, the period starts on the Monday of its first week."""


MAX_COHORTS = 110
"""Two years of weeks. The size of the response grows with the square of it."""

_SQL = load_queries(__package__)
_DAYS = {CohortInterval.DAY: 1, CohortInterval.WEEK: 7}


class CohortService:
    def __init__(self, stats: RawReader, selections: SelectionBuilder) -> None:
        self._stats = stats
        self._selections = selections

    async def retention(self, site: Site, query: CohortRetentionQuery) -> CohortRetention:
        """Raises ``TooManyPointsError``."""
        selection = await self._selections.of(site, query)
        if query.interval is CohortInterval.WEEK:
            monday = selection.days.first - timedelta(days=selection.days.first.weekday())
            selection = await self._selections.of_days(site, query.period, Days(monday, selection.days.last))
        if selection.days.count > MAX_COHORTS * _DAYS[query.interval]:
            raise TooManyPointsError.for_field(
                "interval",
                f"{query.interval} gives more than {MAX_COHORTS} cohorts; choose a longer interval or fewer days",
            )
        moments = until(starts(selection.days, Interval(query.interval), site.zone), selection.as_of)
        rows = await self._stats.fetch(_returned(selection, moments)) if moments else []
        cohorts = tuple(_cohorts(selection, moments, rows))
        newcomers = sum(cohort.size for cohort in cohorts)
        return CohortRetention(**selection.heading(newcomers), interval=query.interval, cohorts=cohorts)


def _returned(selection: Selection, moments: Sequence[datetime]) -> Statement:
    return Statement(_SQL["returned"], [*selection.args, list(moments)])


def _cohorts(selection: Selection, moments: Sequence[datetime], rows: Sequence[dict[str, Any]]) -> list[Cohort]:
    counts = {(row["cohort"], row["came"]): row["visitors"] for row in rows}
    sizes: dict[int, int] = {}
    for row in rows:
        sizes[row["cohort"]] = sizes.get(row["cohort"], 0) + row["newcomers"]
    numbers = range(1, len(moments) + 1)
    return [
        _cohort(
            moments[number - 1].astimezone(selection.site.zone).date(),
            selection.scaled_up(sizes.get(number, 0)),
            [selection.scaled_up(counts.get((number, came), 0)) for came in numbers[number - 1 :]],
        )
        for number in numbers
    ]


def _cohort(first_day: date, size: int, returned: Sequence[int]) -> Cohort:
    percent = tuple(percent_of(visitors, size) for visitors in returned)
    return Cohort(first_day=first_day, size=size, returned=tuple(returned), percent=percent)
