"""Numbers in the older API's terms. All that our reports have comes from them; here it only gets other names."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from common.clock import Clock, utc
from common.metrics import Metric
from services.api.compat.v01dworks.bots import BotReports
from services.api.compat.v01dworks.models import DayVisits, PageStats, SiteStats
from services.api.compat.v01dworks.repository import SeedRepository, Span
from services.api.reports.buckets import Interval, bounds
from services.api.reports.dimensions import DIMENSIONS
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import MAX_LIMIT, BreakdownQuery, Sort, SortColumn, SummaryQuery, TimeseriesQuery
from services.api.reports.periods import Days, Period
from services.api.reports.plan import ReadLimits
from services.api.reports.raw_reader import RawReader
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
"""Of our channels; those that are not here are ``Other``."""


class SeedStats:
    def __init__(
        self,
        stats: ReportService,
        raw: RawReader,
        repository: SeedRepository,
        bots: BotReports,
        shards: int,
        clock: Clock,
    ) -> None:
        self._stats = stats
        self._raw = raw
        self._repository = repository
        self._bots = bots
        self._shards = shards
        self._clock = clock

    async def of_site(self, site: Site) -> SiteStats:
        everything = await self._stats.summary(site, SummaryQuery(period=Period.ALL))
        pages = await self._values(site, "page")
        channels = await self._values(site, "channel")
        return SiteStats(
            total_visits=everything.pageviews or 0,
            unique_visitors=everything.visitors or 0,
            history=await self.history(site),
            countries=_named(await self._values(site, "country"), UNKNOWN),
            pages=pages,
            devices=_named(await self._values(site, "device"), OTHER),
            browsers=_named(await self._values(site, "browser"), OTHER),
            os=_named(await self._values(site, "os"), OTHER),
            referrers=_added((_CATEGORIES.get(channel, OTHER), views) for channel, views in channels.items()),
            links=await self._values(site, "link", Metric.CLICKS),
            page_countries=await self._page_countries(site, list(pages)[:PAGES_WITH_COUNTRIES]),
            bot_summary=await self._bots.summary(site),
        )

    async def of_page(self, site: Site, path: str) -> PageStats:
        of_page = str(Filter(DIMENSIONS["page"], Operator.IS, (path,)))
        countries = await self._values(site, "country", filters=(of_page,))
        return PageStats(path=path, view_count=sum(countries.values()), countries=_named(countries, UNKNOWN))

    async def history(self, site: Site, days: int = HISTORY_DAYS) -> tuple[DayVisits, ...]:
        """The newest first."""
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
        """Value -> how often, the most first; of all time, without those that never came."""
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
        found = await self._repository.page_countries(site.id, Span(*bounds(days, site.zone)), sample, pages)
        return {page: _named(countries, UNKNOWN) for page, countries in found.items() if countries}


def _named(found: Mapping[str, int], nothing: str) -> dict[str, int]:
    return _added((value or nothing, number) for value, number in found.items())


def _added(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The most first."""
    total: Counter[str] = Counter()
    for name, number in found:
        total[name] += number
    return dict(total.most_common())
