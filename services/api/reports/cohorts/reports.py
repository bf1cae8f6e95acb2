"""What is answered about visitors who come back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from common.metrics import percent_of
from common.store import load_queries
from services.api.reports.buckets import Interval, starts, until
from services.api.reports.cohorts.models import Cohort, Retention, RetentionInterval
from services.api.reports.cohorts.params import RetentionQuery
from services.api.reports.compose import Question
from services.api.reports.errors import TooManyPointsError
from services.api.reports.periods import Days
from services.api.reports.repository import StatsRepository
from services.api.reports.selection import Selection, Selections
from services.api.sites.models import Site

MAX_COHORTS = 110
"""Two years of weeks. The answer grows with the square of it."""

_SQL = load_queries(__package__)
_DAYS = {RetentionInterval.DAY: 1, RetentionInterval.WEEK: 7}


class RetentionService:
    def __init__(self, stats: StatsRepository, selections: Selections) -> None:
        self._stats = stats
        self._selections = selections

    async def retention(self, site: Site, query: RetentionQuery) -> Retention:
        """Raises ``TooManyPointsError``."""
        chosen = await self._selections.of(site, query)
        if query.interval is RetentionInterval.WEEK:
            monday = chosen.days.first - timedelta(days=chosen.days.first.weekday())
            chosen = await self._selections.of_days(site, query.period, Days(monday, chosen.days.last))
        if chosen.days.count > MAX_COHORTS * _DAYS[query.interval]:
            raise TooManyPointsError.for_field(
                "interval", f"{query.interval} gives more than {MAX_COHORTS} cohorts; choose another, or fewer days"
            )
        moments = until(starts(chosen.days, Interval(query.interval), site.zone), chosen.as_of)
        rows = await self._stats.fetch(_returned(chosen, moments)) if moments else []
        cohorts = tuple(_cohorts(chosen, moments, rows))
        newcomers = sum(cohort.size for cohort in cohorts)
        return Retention(**chosen.heading(newcomers), interval=query.interval, cohorts=cohorts)


def _returned(chosen: Selection, moments: Sequence[datetime]) -> Question:
    return Question(_SQL["returned"], [*chosen.args, list(moments)])


def _cohorts(chosen: Selection, moments: Sequence[datetime], rows: Sequence[dict[str, Any]]) -> list[Cohort]:
    counts = {(row["cohort"], row["came"]): row["visitors"] for row in rows}
    sizes: dict[int, int] = {}
    for row in rows:
        sizes[row["cohort"]] = sizes.get(row["cohort"], 0) + row["newcomers"]
    numbers = range(1, len(moments) + 1)
    return [
        _cohort(
            moments[number - 1].astimezone(chosen.site.zone).date(),
            chosen.whole(sizes.get(number, 0)),
            [chosen.whole(counts.get((number, came), 0)) for came in numbers[number - 1 :]],
        )
        for number in numbers
    ]


def _cohort(first_day: date, size: int, returned: Sequence[int]) -> Cohort:
    percent = tuple(percent_of(visitors, size) for visitors in returned)
    return Cohort(first_day=first_day, size=size, returned=tuple(returned), percent=percent)
