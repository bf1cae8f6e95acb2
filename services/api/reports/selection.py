"""The selection of a report from raw rows: site, days, filters, and the sample of visitors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.clock import Clock, utc
from services.api.goals.service import GoalService
from services.api.reports.buckets import bounds
from services.api.reports.filters import Filter, resolve_goals
from services.api.reports.models import EXACT, Accuracy, DataSource
from services.api.reports.params import PeriodQuery
from services.api.reports.periods import Days, Period
from services.api.reports.plan import plan_days
from services.api.reports.raw_reader import RawReader
from services.api.reports.sample import Sample, sample_of
from services.api.sites.models import Site

BUDGET = 120_000
"""Maximum number of visits that a report counts; above, it counts a sample of visitors."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Human visits of one site that started from ``begin`` until ``end``."""

    site: Site
    period: Period
    days: Days
    begin: datetime
    end: datetime
    sample: Sample
    filters: tuple[Filter, ...]
    as_of: datetime

    @property
    def args(self) -> list[Any]:
        """The first four arguments of every statement."""
        return [self.site.id, self.begin, self.end, list(self.sample.shards)]

    def heading(self, visitors: int | None = None) -> dict[str, Any]:
        """Return the fields of ``Report``. ``visitors`` of the selection determine the error of a sample."""
        return {
            "site": self.site.name,
            "period": self.period,
            "first_day": self.days.first,
            "last_day": self.days.last,
            "timezone": self.site.timezone,
            "accuracy": self._accuracy(visitors),
            "as_of": self.as_of,
        }

    def scaled_up(self, count: int) -> int:
        """Scale a count of the sample to all visitors."""
        return round(count / self.sample.fraction)

    def _accuracy(self, visitors: int | None) -> Accuracy:
        if self.sample.is_complete:
            return EXACT
        error = None if visitors is None else self.sample.visitors_error(visitors)
        return Accuracy(source=DataSource.SAMPLE, exact=False, visitors_error=error, sampled=self.sample.fraction)


class SelectionBuilder:
    def __init__(self, stats: RawReader, goals: GoalService, shards: int, clock: Clock, budget: int = BUDGET) -> None:
        self._stats = stats
        self._goals = goals
        self._shards = shards
        self._clock = clock
        self._budget = budget

    async def of(self, site: Site, query: PeriodQuery, filters: tuple[Filter, ...] = ()) -> Selection:
        """Raises ``InvalidQueryError`` for a filter by an unknown goal."""
        days = await self._days(site, query)
        return await self.of_days(site, query.period, days, filters)

    async def of_days(self, site: Site, period: Period, days: Days, filters: tuple[Filter, ...] = ()) -> Selection:
        begin, end = bounds(days, site.zone)
        visits = await self._stats.visits_of_days(site.id, days)
        sample = sample_of(self._shards, visits, self._budget)
        targeted = await resolve_goals(filters, site, self._goals)
        return Selection(site, period, days, begin, end, sample, targeted, self.now)

    async def _days(self, site: Site, query: PeriodQuery) -> Days:
        oldest = site.created_at
        if query.period is Period.ALL:
            oldest = await self._stats.first_visit(site.id) or oldest
        today = self.now.astimezone(site.zone).date()
        return plan_days(query, today, oldest.astimezone(site.zone).date())

    @property
    def now(self) -> datetime:
        return utc(self._clock())
