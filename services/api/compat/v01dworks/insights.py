"""What the worker found out, in the older API's terms."""

from calendar import day_name
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from common.clock import Clock, utc
from common.insights import TooLittle
from services.api.compat.v01dworks.models import (
    AnomalousDay,
    DayVisits,
    PredictedDay,
    SeedAnomalies,
    SeedForecast,
    SeedSummary,
    WeeklyGrowth,
)
from services.api.compat.v01dworks.params import MAX_DAYS
from services.api.insights.service import InsightService
from services.api.sites.models import Site

STABLE = 0.5
"""Page views a day more, or fewer, that are no trend."""
ANOMALIES_OF_DAYS = 730
_WEEK = 7
_NOT_YET = "Nothing was computed yet. It is, each night."

History = Callable[[Site], Awaitable[Sequence[DayVisits]]]
"""The last days of a site, the newest first."""


class SeedInsights:
    def __init__(self, insights: InsightService, history: History, clock: Clock) -> None:
        self._insights = insights
        self._history = history
        self._clock = clock

    async def forecast(self, site: Site, days: int) -> SeedForecast:
        """Of the days after today, as many as can be seen."""
        found = await self._insights.forecast(site, MAX_DAYS + 1)
        today = utc(self._clock()).astimezone(site.zone).date()
        ahead = [day for day in found.forecast.pageviews.days if day.day > today] if found.forecast else []
        if not ahead:
            return SeedForecast(can_forecast=False, message=_why_not(found.too_little))
        slope = round(_slope([day.expected for day in ahead]), 2)
        return SeedForecast(
            can_forecast=True,
            forecast=tuple(
                PredictedDay(date=day.day, predicted_visits=round(day.expected), low=day.low_95, high=day.high_95)
                for day in ahead[:days]
            ),
            trend=_trend(slope),
            slope=slope,
        )

    async def anomalies(self, site: Site) -> SeedAnomalies:
        found = await self._insights.anomalies(site, ANOMALIES_OF_DAYS)
        if found.anomalies is None:
            return SeedAnomalies(has_anomalies=False, message=_why_not(found.too_little))
        days = found.anomalies.anomalies
        return SeedAnomalies(
            has_anomalies=bool(days),
            anomalies=tuple(
                AnomalousDay(
                    date=each.day,
                    visits=round(each.value),
                    type=each.kind,
                    metric=each.metric,
                    expected=each.expected,
                )
                for each in days
            ),
        )

    async def summary(self, site: Site) -> SeedSummary:
        """What was found out at night; of a site that is too young for it, its days so far."""
        found = (await self._insights.summary(site)).summary
        if found is None:
            return _of_days(await self._history(site))
        week = found.week_over_week.pageviews
        growth = WeeklyGrowth(
            current_week_visits=week.now, previous_week_visits=week.before, growth_rate_percent=week.percent or 0.0
        )
        return SeedSummary(
            average_daily_visits=found.all_time.pageviews,
            average_daily_unique=found.all_time.visitors,
            busiest_day_of_week=day_name[found.busiest_weekday.weekday - 1],
            weekly_growth=growth if found.all_time.days >= 2 * _WEEK else WeeklyGrowth(),
        )


def _why_not(refused: TooLittle | None) -> str:
    return _refusal(refused) if refused else _NOT_YET


def _refusal(refused: TooLittle) -> str:
    if refused.reason == "too-few-days":
        return f"Not enough data. Need at least {refused.needed:.0f} days of history; there are {refused.have:.0f}."
    return f"Not enough data. Need at least {refused.needed:g} visitors a day; there are {refused.have:g}."


def _of_days(history: Sequence[DayVisits]) -> SeedSummary:
    """``history``: the newest first, today's among them."""
    known = list(history)
    while known and not known[-1].total_visits:
        known.pop()
    if not known:
        return SeedSummary(error="No data available")
    over = known[1:] or known
    busiest = max(over, key=lambda day: day.total_visits)
    return SeedSummary(
        average_daily_visits=round(sum(day.total_visits for day in over) / len(over), 1),
        average_daily_unique=round(sum(day.unique_visitors for day in over) / len(over), 1),
        busiest_day_of_week=day_name[busiest.date.weekday()],
        weekly_growth=WeeklyGrowth(),
    )


def _slope(numbers: Sequence[float]) -> float:
    """Least squares, of whole weeks where there are some, so that weekdays are no trend."""
    values = numbers[: len(numbers) // _WEEK * _WEEK] or numbers
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread if spread else 0.0


def _trend(slope: float) -> Literal["increasing", "decreasing", "stable"]:
    if abs(slope) <= STABLE:
        return "stable"
    return "increasing" if slope > 0 else "decreasing"
