"""Summaries of a week or a month, beside the one before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.alerts import AlertKind, AlertMessage, AlertRow
from common.metrics import growth
from common.rollups import Grain, RollupDimension
from common.store import load_queries

HOUR = 7
"""By the site's clock: reports come in the morning."""
LATEST = timedelta(days=3)
"""A worker that was away sends no older ones."""
_TOLD = 5
_LISTS = (("Pages", RollupDimension.PAGE), ("Sources", RollupDimension.SOURCE), ("Countries", RollupDimension.COUNTRY))
_NAMES = (("Visitors", "visitors"), ("Visits", "visits"), ("Page views", "pageviews"))
_GRAINS = {AlertKind.WEEKLY: Grain.WEEK, AlertKind.MONTHLY: Grain.MONTH}
_SQL = load_queries("services.worker.alerts")


@dataclass(frozen=True, slots=True)
class Period:
    kind: AlertKind
    first: date
    end: date
    """The first day after it."""

    @property
    def incident(self) -> str:
        return f"{self.kind}:{self.first}"

    @property
    def before(self) -> date:
        """The first day of the one before."""
        return _GRAINS[self.kind].first_day(self.first - timedelta(days=1))

    @property
    def name(self) -> str:
        last = self.end - timedelta(days=1)
        return f"{self.first:%B %Y}" if self.kind is AlertKind.MONTHLY else f"{self.first} to {last}"


def report_due(kind: AlertKind, timezone: str, created_at: datetime, now: datetime) -> Period | None:
    """The period that is to be told of now. None for one that was over before the report was wished for."""
    zone = ZoneInfo(timezone)
    grain = _GRAINS[kind]
    local = now.astimezone(zone)
    end = grain.first_day(local.date())
    morning = datetime(end.year, end.month, end.day, HOUR, tzinfo=zone)
    if not morning <= local < morning + LATEST or created_at.astimezone(zone) >= morning:
        return None
    return Period(kind, grain.first_day(end - timedelta(days=1)), end)


async def report(connection: Any, site_id: int, site: str, period: Period, now: datetime) -> AlertMessage:
    grain = int(_GRAINS[period.kind])
    numbers = await connection.fetchrow(_SQL["totals"], site_id, grain, period.first)
    before = await connection.fetchrow(_SQL["totals"], site_id, grain, period.before)
    counts = {key: int(numbers[key]) if numbers else 0 for _, key in _NAMES}
    rows = [
        AlertRow(label=name, value=f"{counts[key]:,}", change=_change(counts[key], int(before[key]) if before else 0))
        for name, key in _NAMES
    ]
    for name, dimension in _LISTS:
        top = await connection.fetch(_SQL["top"], site_id, grain, period.first, int(dimension), _TOLD)
        rows += [AlertRow(label=f"{name}: {row['value']}", value=f"{row['visitors']:,}") for row in top]
    span = "week" if period.kind is AlertKind.WEEKLY else "month"
    return AlertMessage(
        kind=period.kind,
        site=site,
        at=now,
        title=f"{site}: {_visitors(counts['visitors'])}, {period.name}",
        text=f"The {span} on {site}, beside the {span} before. Pages, sources and countries are those with the most "
        "visitors.",
        rows=tuple(rows),
        numbers={key: float(count) for key, count in counts.items()},
    )


def _visitors(count: int) -> str:
    return "1 visitor" if count == 1 else f"{count:,} visitors"


def _change(now: int, before: int) -> str:
    percent = growth(now, before)
    return "" if percent is None else f"{percent:+.1f} %"
