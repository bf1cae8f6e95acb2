"""Reports and insights, renamed to the terms of v01dworks' API."""

from calendar import day_name
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from common.clock import Clock, utc
from common.insights import TooLittle
from common.metrics import Metric
from services.api.compat.v01dworks.bots import V01dworksBots
from services.api.compat.v01dworks.models import (
    MAX_DAYS,
    AnomalousDay,
    DayVisits,
    PageStats,
    PredictedDay,
    SiteStats,
    V01dworksAnomalies,
    V01dworksForecast,
    V01dworksSummary,
    WeeklyGrowth,
)
from services.api.compat.v01dworks.repository import DayBounds, V01dworksRepository
from services.api.insights.service import InsightService
from services.api.reports.buckets import Interval, bounds
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import MAX_LIMIT, BreakdownQuery, Sort, SortColumn, SummaryQuery, TimeseriesQuery
from services.api.reports.periods import Days, Period
from services.api.reports.plan import ReadLimits
from services.api.reports.raw_reader import RawReader
from services.api.reports.report_dimensions import DIMENSIONS
from services.api.reports.sample import sample_of
from services.api.reports.service import ReportService
from services.api.sites.models import Site

HISTORY_DAYS = 30
PAGES_WITH_COUNTRIES = 100

UNKNOWN, OTHER = "Unknown", "Other"
_SEARCH, _SOCIAL, _DIRECT = "Search Engine", "Social Media", "Direct"
_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "": UNKNOWN,
        "Direct": _DIRECT,
        "Organic Search": _SEARCH,
        "Paid Search": _SEARCH,
        "Organic Social": _SOCIAL,
        "Paid Social": _SOCIAL,
        "Organic Video": _SOCIAL,
        "Paid Video": _SOCIAL,
    }
)
"""By our channels. All others are ``Other``."""

MIN_TREND = 0.5
"""Smallest daily change in page views that counts as a trend."""
ANOMALY_DAYS = 730
_WEEK = 7
_NOT_COMPUTED = "Not computed yet. Insights are computed every night."


class V01dworksStats:
    """Statistics of a site or page."""

    def __init__(
        self,
        stats: ReportService,
        raw: RawReader,
        repository: V01dworksRepository,
        bots: V01dworksBots,
        shards: int,
        clock: Clock,
    ) -> None:
        self._stats = stats
        self._raw = raw
        self._repository = repository
        self._bots = bots
        self._shards = shards
        self._clock = clock

    async def site_stats(self, site: Site) -> SiteStats:
        everything = await self._stats.summary(site, SummaryQuery(period=Period.ALL))
        pages = await self._values(site, "page")
        channels = await self._values(site, "channel")
        return SiteStats(
            total_visits=everything.pageviews or 0,
            unique_visitors=everything.visitors or 0,
            history=await self.history(site),
            countries=_replace_empty(await self._values(site, "country"), UNKNOWN),
            pages=pages,
            devices=_replace_empty(await self._values(site, "device"), OTHER),
            browsers=_replace_empty(await self._values(site, "browser"), OTHER),
            os=_replace_empty(await self._values(site, "os"), OTHER),
            referrers=_sum_by_name((_CATEGORIES.get(channel, OTHER), views) for channel, views in channels.items()),
            links=await self._values(site, "link", Metric.CLICKS),
            page_countries=await self._page_countries(site, list(pages)[:PAGES_WITH_COUNTRIES]),
            bot_summary=await self._bots.summary(site),
        )

    async def page_stats(self, site: Site, path: str) -> PageStats:
        of_page = str(Filter(DIMENSIONS["page"], Operator.IS, (path,)))
        countries = await self._values(site, "country", filters=(of_page,))
        return PageStats(path=path, view_count=sum(countries.values()), countries=_replace_empty(countries, UNKNOWN))

    async def history(self, site: Site, days: int = HISTORY_DAYS) -> tuple[DayVisits, ...]:
        """Return the last days of a site, newest first."""
        today = utc(self._clock()).astimezone(site.zone).date()
        query = TimeseriesQuery.model_validate(
            {
                "period": Period.CUSTOM,
                "from": today - timedelta(days=days - 1),
                "to": today,
                "interval": Interval.DAY,
                "metrics": "visitors,pageviews",
            }
        )
        points = (await self._stats.timeseries(site, query)).points
        return tuple(
            DayVisits(
                date=datetime.fromisoformat(point.time).date(),
                total_visits=point.pageviews or 0,
                unique_visitors=point.visitors or 0,
            )
            for point in reversed(points)
        )

    async def _values(
        self, site: Site, dimension: str, metric: Metric = Metric.PAGEVIEWS, filters: tuple[str, ...] = ()
    ) -> dict[str, int]:
        """Return all-time counts by value, largest first, without zeros."""
        query = BreakdownQuery.model_validate(
            {
                "period": Period.ALL,
                "metrics": metric.value,
                "limit": MAX_LIMIT,
                "sort": Sort(SortColumn(metric.value), is_descending=True),
                "filter": filters,
            }
        )
        found = await self._stats.breakdown(site, DIMENSIONS[dimension], query)
        numbers = ((row.value, row.pageviews if metric is Metric.PAGEVIEWS else row.clicks) for row in found.rows)
        return {value: number for value, number in numbers if number}

    async def _page_countries(self, site: Site, pages: list[str]) -> dict[str, dict[str, int]]:
        today = utc(self._clock()).astimezone(site.zone).date()
        days = Days(today - timedelta(days=HISTORY_DAYS - 1), today)
        visits = await self._raw.visits_of_days(site.id, days)
        sample = sample_of(self._shards, visits, ReadLimits().most_visits_with_events)
        found = await self._repository.page_countries(site.id, DayBounds(*bounds(days, site.zone)), sample, pages)
        return {page: _replace_empty(countries, UNKNOWN) for page, countries in found.items() if countries}


def _replace_empty(found: Mapping[str, int], name: str) -> dict[str, int]:
    return _sum_by_name((value or name, number) for value, number in found.items())


def _sum_by_name(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return sums by name, largest first."""
    total: Counter[str] = Counter()
    for name, number in found:
        total[name] += number
    return dict(total.most_common())


class V01dworksInsights:
    """Forecast, anomalies and summary."""

    def __init__(self, insights: InsightService, stats: V01dworksStats, clock: Clock) -> None:
        self._insights = insights
        self._stats = stats
        self._clock = clock

    async def forecast(self, site: Site, days: int) -> V01dworksForecast:
        """Return the forecast of at most ``days`` days after today."""
        found = await self._insights.forecast(site, MAX_DAYS + 1)
        today = utc(self._clock()).astimezone(site.zone).date()
        ahead = [day for day in found.forecast.pageviews.days if day.day > today] if found.forecast else []
        if not ahead:
            return V01dworksForecast(can_forecast=False, message=_explain_missing(found.too_little))
        slope = round(_slope([day.expected for day in ahead]), 2)
        return V01dworksForecast(
            can_forecast=True,
            forecast=tuple(
                PredictedDay(date=day.day, predicted_visits=round(day.expected), low=day.low_95, high=day.high_95)
                for day in ahead[:days]
            ),
            trend=_trend(slope),
            slope=slope,
        )

    async def anomalies(self, site: Site) -> V01dworksAnomalies:
        found = await self._insights.anomalies(site, ANOMALY_DAYS)
        if found.anomalies is None:
            return V01dworksAnomalies(has_anomalies=False, message=_explain_missing(found.too_little))
        days = found.anomalies.anomalies
        return V01dworksAnomalies(
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

    async def summary(self, site: Site) -> V01dworksSummary:
        """Return the nightly summary, or one computed from the available days if the site is too new."""
        found = (await self._insights.summary(site)).summary
        if found is None:
            return _summarize_days(await self._stats.history(site))
        week = found.week_over_week.pageviews
        growth = WeeklyGrowth(
            current_week_visits=week.now, previous_week_visits=week.before, growth_rate_percent=week.percent or 0.0
        )
        return V01dworksSummary(
            average_daily_visits=found.all_time.pageviews,
            average_daily_unique=found.all_time.visitors,
            busiest_day_of_week=day_name[found.busiest_weekday.weekday - 1],
            weekly_growth=growth if found.all_time.days >= 2 * _WEEK else WeeklyGrowth(),
        )


def _explain_missing(found: TooLittle | None) -> str:
    return _explain_too_little(found) if found else _NOT_COMPUTED


def _explain_too_little(found: TooLittle) -> str:
    if found.reason == "too-few-days":
        return f"Not enough data. Need at least {found.needed:.0f} days of history; there are {found.have:.0f}."
    return f"Not enough data. Need at least {found.needed:g} visitors a day; there are {found.have:g}."


def _summarize_days(history: Sequence[DayVisits]) -> V01dworksSummary:
    """``history``: newest first, including today."""
    known = list(history)
    while known and not known[-1].total_visits:
        known.pop()
    if not known:
        return V01dworksSummary(error="No data available")
    over = known[1:] or known
    busiest = max(over, key=lambda day: day.total_visits)
    return V01dworksSummary(
        average_daily_visits=round(sum(day.total_visits for day in over) / len(over), 1),
        average_daily_unique=round(sum(day.unique_visitors for day in over) / len(over), 1),
        busiest_day_of_week=day_name[busiest.date.weekday()],
        weekly_growth=WeeklyGrowth(),
    )


def _slope(numbers: Sequence[float]) -> float:
    """Return the least-squares slope. Uses whole weeks if there are any, so that weekdays cause no trend."""
    values = numbers[: len(numbers) // _WEEK * _WEEK] or numbers
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread if spread else 0.0


def _trend(slope: float) -> Literal["increasing", "decreasing", "stable"]:
    if abs(slope) <= MIN_TREND:
        return "stable"
    return "increasing" if slope > 0 else "decreasing"
