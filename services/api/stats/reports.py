"""What is answered: plans carried out, and counts made metrics."""

from typing import Any

from common.clock import Clock, utc
from services.api.sites.models import Site
from services.api.stats.accuracy import EXACT
from services.api.stats.dimensions import Dimension
from services.api.stats.metrics import family_of, metrics_of
from services.api.stats.models import Breakdown, Point, Row, Summary, Timeseries
from services.api.stats.params import BreakdownQuery, PeriodQuery, SummaryQuery, TimeseriesQuery
from services.api.stats.periods import Days, Period
from services.api.stats.plan import plan_days, plan_series, plan_totals, suitable_interval
from services.api.stats.repository import StatsRepository


class StatsService:
    def __init__(self, stats: StatsRepository, clock: Clock) -> None:
        self._stats = stats
        self._clock = clock

    async def summary(self, site: Site, query: SummaryQuery) -> Summary:
        days = await self._days(site, query)
        (counts,) = await self._stats.counts(plan_totals(site.id, days, site.zone, query.filter))
        return Summary(**self._heading(site, query, days), **metrics_of(counts))

    async def timeseries(self, site: Site, query: TimeseriesQuery) -> Timeseries:
        """Raises ``TooManyPointsError``."""
        days = await self._days(site, query)
        interval = query.interval or suitable_interval(query.period, days)
        plan = plan_series(site.id, days, interval, site.zone, utc(self._clock()), query.filter)
        points = tuple(
            Point(time=start.astimezone(site.zone).isoformat(), **metrics_of(counts))
            for start, counts in zip(plan.starts, await self._stats.counts(plan), strict=True)
        )
        return Timeseries(**self._heading(site, query, days), interval=interval, points=points)

    async def breakdown(self, site: Site, dimension: Dimension, query: BreakdownQuery) -> Breakdown:
        days = await self._days(site, query)
        plan = plan_totals(site.id, days, site.zone, query.filter)
        family = family_of(dimension.name)
        total, found = await self._stats.breakdown(plan, dimension, query.rows)
        return Breakdown(
            **self._heading(site, query, days),
            dimension=dimension.name,
            page=query.page,
            limit=query.limit,
            total=total,
            rows=tuple(Row(value=value, **metrics_of(counts, family)) for value, counts in found),
        )

    async def _days(self, site: Site, query: PeriodQuery) -> Days:
        oldest = site.created_at
        if query.period is Period.ALL:
            oldest = await self._stats.first_visit(site.id) or oldest
        today = utc(self._clock()).astimezone(site.zone).date()
        return plan_days(query, today, oldest.astimezone(site.zone).date())

    def _heading(self, site: Site, query: PeriodQuery, days: Days) -> dict[str, Any]:
        return {
            "site": site.name,
            "period": query.period,
            "first_day": days.first,
            "last_day": days.last,
            "timezone": site.timezone,
            "accuracy": EXACT,
            "as_of": utc(self._clock()),
        }
