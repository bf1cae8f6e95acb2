"""Realtime report: the last half hour of a site."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from common.beacon import Kind
from common.clock import Clock, utc
from common.store import load_queries
from services.api.http.models import RequestModel, ResponseModel
from services.api.reports.compose import Statement, VisitRange, narrowed, of_visits
from services.api.reports.filters import Filter, Filters
from services.api.reports.raw_reader import RawReader
from services.api.sites.models import Site


class RealtimeQuery(RequestModel):
    filter: Filters = Field(default=())
    """``dimension:operator:value``, can be repeated; all filters must match."""


class RealtimeMinute(ResponseModel):
    time: datetime
    """Start of the minute."""
    visitors: int
    pageviews: int


class RealtimeValue(ResponseModel):
    value: str
    """Empty for unknown or no value."""
    visitors: int
    pageviews: int


class Realtime(ResponseModel):
    site: str
    as_of: datetime
    visitors: int
    """Visitors with a page view, event or click in the last 5 minutes."""
    minutes: tuple[RealtimeMinute, ...]
    """The last 30 minutes, oldest first, including empty ones; the last minute is incomplete."""
    pages: tuple[RealtimeValue, ...]
    """The pages of the last 30 minutes, most visitors first."""
    sources: tuple[RealtimeValue, ...]
    countries: tuple[RealtimeValue, ...]


MINUTES = 30
NOW = timedelta(minutes=5)
MOST_VALUES = 10

_SQL = load_queries(__package__)
_MINUTE = timedelta(minutes=1)
_KINDS = [Kind.PAGEVIEW.value, Kind.EVENT.value, Kind.CLICK.value]

ResolveGoals = Callable[[tuple[Filter, ...], Site], Awaitable[tuple[Filter, ...]]]


class RealtimeService:
    def __init__(self, stats: RawReader, resolve: ResolveGoals, shards: int, clock: Clock) -> None:
        self._stats = stats
        self._resolve = resolve
        self._shards = range(shards)
        self._clock = clock

    async def realtime(self, site: Site, query: RealtimeQuery) -> Realtime:
        """Count the last half hour exactly, whatever the site's size."""
        filters = await self._resolve(query.filter, site) if query.filter else ()
        now = utc(self._clock())
        end = now.replace(second=0, microsecond=0) + _MINUTE
        span = VisitRange(site.id, end - MINUTES * _MINUTE, end, self._shards)
        parts: dict[str, list[Any]] = {}
        for row in await self._stats.fetch(_question(span, now - NOW, filters)):
            parts.setdefault(row["part"], []).append(row)
        return Realtime(
            site=site.name,
            as_of=now,
            visitors=parts["now"][0]["visitors"] if "now" in parts else 0,
            minutes=_minutes(span.begin, parts.get("minutes", [])),
            pages=_values(parts, "pages"),
            sources=_values(parts, "sources"),
            countries=_values(parts, "countries"),
        )


def _question(span: VisitRange, since: datetime, filters: tuple[Filter, ...]) -> Statement:
    args: list[Any] = [*span, _KINDS, Kind.PAGEVIEW.value, since, MOST_VALUES]
    visit_filters = of_visits(filters, args)
    return Statement(_SQL["realtime"].format(visit_filters=visit_filters, narrowed=narrowed(filters, args)), args)


def _minutes(begin: datetime, rows: list[Any]) -> tuple[RealtimeMinute, ...]:
    """Return all minutes, including empty ones."""
    found = {int(row["value"]): (row["visitors"], row["pageviews"]) for row in rows}
    numbered = ((number, *found.get(number, (0, 0))) for number in range(MINUTES))
    return tuple(
        RealtimeMinute(time=begin + number * _MINUTE, visitors=visitors, pageviews=pageviews)
        for number, visitors, pageviews in numbered
    )


def _values(parts: dict[str, list[Any]], part: str) -> tuple[RealtimeValue, ...]:
    return tuple(
        RealtimeValue(value=row["value"], visitors=row["visitors"], pageviews=row["pageviews"])
        for row in parts.get(part, [])
    )
