"""What is answered about all sites of a caller."""

from datetime import datetime, timedelta

from common.clock import Clock, utc
from common.metrics import rounded_growth
from services.api.reports.overview.models import Numbers, Overview, SiteOverview
from services.api.reports.overview.repository import OverviewRepository, Total, Wanted
from services.api.reports.params import OverviewQuery
from services.api.reports.periods import Days, days_before
from services.api.reports.plan import plan_days
from services.api.reports.rollups.state import Where
from services.api.sites.models import Site

NOW = timedelta(minutes=5)
SPARKLINE_DAYS = 30


class OverviewService:
    def __init__(self, overview: OverviewRepository, clock: Clock) -> None:
        self._overview = overview
        self._clock = clock

    async def of(self, sites: list[Site], query: OverviewQuery) -> Overview:
        now = utc(self._clock())
        wanted = [_wanted(site, query, now) for site in sites]
        totals = await self._overview.totals(wanted) if wanted else {}
        current = await self._overview.current([site.id for site in sites], now - NOW) if sites else {}
        return Overview(
            period=query.period,
            sites=tuple(
                _site(site, each.parts[0], totals[site.id], current.get(site.id, 0))
                for site, each in zip(sites, wanted, strict=True)
            ),
            as_of=now,
        )


def _wanted(site: Site, query: OverviewQuery, now: datetime) -> Wanted:
    """The period, the one before, and each day of the sparkline, by the site's own calendar."""
    today = now.astimezone(site.zone).date()
    days = plan_days(query, today, today)
    last = min(days.last, today)
    first = max(days.first, last - timedelta(days=SPARKLINE_DAYS - 1))
    singles = (first + timedelta(days=number) for number in range(max(0, (last - first).days + 1)))
    parts = (days, days_before(query.period, days, today), *(Days(day, day) for day in singles))
    return Wanted(Where(site.id, site.zone, today), parts)


def _site(site: Site, days: Days, totals: list[Total], current: int) -> SiteOverview:
    here, before, *singles = totals
    return SiteOverview(
        site=site.name,
        url=site.url,
        timezone=site.timezone,
        first_day=days.first,
        last_day=days.last,
        **here._asdict(),
        before=Numbers(**before._asdict()),
        change=rounded_growth(here.visitors, before.visitors),
        current_visitors=current,
        sparkline=tuple(single.visitors for single in singles),
    )
