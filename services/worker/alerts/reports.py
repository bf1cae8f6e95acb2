"""Weekly and monthly reports, compared with the period before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.alerts import AlertKind, AlertMessage, AlertRow
from common.metrics import growth
from common.rollups import Grain, RollupDimension
from common.store import Connection, load_queries

SEND_HOUR = 7
"""In the site's time zone."""
SEND_WITHIN = timedelta(days=3)
"""After a longer outage of the worker, a report is not sent any more."""
_VALUES_PER_LIST = 5
_TOP_LISTS = (
    ("Pages", RollupDimension.PAGE),
    ("Sources", RollupDimension.SOURCE),
    ("Countries", RollupDimension.COUNTRY),
)
_METRICS = (("Visitors", "visitors"), ("Visits", "visits"), ("Page views", "pageviews"))
_GRAINS = {AlertKind.WEEKLY: Grain.WEEK, AlertKind.MONTHLY: Grain.MONTH}
_SQL = load_queries("services.worker.alerts")


@dataclass(frozen=True, slots=True)
class ReportedPeriod:
    kind: AlertKind
    first: date
    end: date
    """The first day after the period."""

    @property
    def incident(self) -> str:
        return f"{self.kind}:{self.first}"

    @property
    def previous_first(self) -> date:
        """First day of the period before."""
        return _GRAINS[self.kind].first_day(self.first - timedelta(days=1))

    @property
    def name(self) -> str:
        last = self.end - timedelta(days=1)
        return f"{self.first:%B %Y}" if self.kind is AlertKind.MONTHLY else f"{self.first} to {last}"


def report_due(kind: AlertKind, timezone: str, created_at: datetime, now: datetime) -> ReportedPeriod | None:
    """Return the period to report now; None if none is due, or if it ended before the alert was created."""
    zone = ZoneInfo(timezone)
    grain = _GRAINS[kind]
    local = now.astimezone(zone)
    end = grain.first_day(local.date())
    morning = datetime(end.year, end.month, end.day, SEND_HOUR, tzinfo=zone)
    if not morning <= local < morning + SEND_WITHIN or created_at.astimezone(zone) >= morning:
        return None
    return ReportedPeriod(kind, grain.first_day(end - timedelta(days=1)), end)


async def create_report(
    connection: Connection, site_id: int, site: str, period: ReportedPeriod, now: datetime
) -> AlertMessage:
    grain = int(_GRAINS[period.kind])
    current = await connection.fetchrow(_SQL["period_totals"], site_id, grain, period.first)
    previous = await connection.fetchrow(_SQL["period_totals"], site_id, grain, period.previous_first)
    counts = {key: int(current[key]) if current else 0 for _, key in _METRICS}
    rows = [
        AlertRow(
            label=label, value=f"{counts[key]:,}", change=_change(counts[key], int(previous[key]) if previous else 0)
        )
        for label, key in _METRICS
    ]
    for title, dimension in _TOP_LISTS:
        top = await connection.fetch(_SQL["top_values"], site_id, grain, period.first, int(dimension), _VALUES_PER_LIST)
        rows += [AlertRow(label=f"{title}: {row['value']}", value=f"{row['visitors']:,}") for row in top]
    name, unit = ("Weekly", "week") if period.kind is AlertKind.WEEKLY else ("Monthly", "month")
    return AlertMessage(
        kind=period.kind,
        site=site,
        at=now,
        title=f"{site}: {_visitors(counts['visitors'])}, {period.name}",
        text=f"{name} report for {site}, compared with the previous {unit}. Top pages, sources and countries by "
        "visitors.",
        rows=tuple(rows),
        numbers={key: float(count) for key, count in counts.items()},
    )


def _visitors(count: int) -> str:
    return "1 visitor" if count == 1 else f"{count:,} visitors"


def _change(now: int, previous: int) -> str:
    percent = growth(now, previous)
    return "" if percent is None else f"{percent:+.1f} %"
