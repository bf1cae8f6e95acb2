"""What the numbers mean. The only place that says so, for whatever source they were counted from.

- visitor: one visitor id among the visits that began in the range.
- visit: ends after 30 minutes without a beacon; belongs to the moment it began.
- pageview, event, click: belong to their own moment, not to that of their visit.
- bounce: a visit with at most one pageview, and no event or click.
- visit duration: from the first to the last beacon of a visit, in seconds.
- time on page: how long the page was looked at, in seconds, as browsers tell when it is left; a pageview's share.
- scroll depth: how far down it was scrolled, in percent, of the pageviews whose end the browser told.
- entries: of a page, the visits that began on it; its bounce rate is theirs.

Bots are in none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

from services.api.http.models import Output


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted in one bucket of time or for one value. All but ``visitors`` may be added up."""

    visitors: int = 0
    visits: int = 0
    bounces: int = 0
    duration_ms: int = 0
    """Of all visits together."""
    pageviews: int = 0
    events: int = 0
    clicks: int = 0
    engaged_ms: int = 0
    """How long pages were looked at, all together."""
    leaves: int = 0
    """Pageviews whose end was told."""
    scroll: int = 0
    """Percents of the leaves, added up."""


ADDITIVE = tuple(field.name for field in fields(Counts) if field.name != "visitors")
"""The counters that may be added up."""


class Metric(StrEnum):
    VISITORS = "visitors"
    VISITS = "visits"
    PAGEVIEWS = "pageviews"
    EVENTS = "events"
    CLICKS = "clicks"
    ENTRIES = "entries"
    VIEWS_PER_VISIT = "views_per_visit"
    BOUNCE_RATE = "bounce_rate"
    VISIT_DURATION = "visit_duration"
    TIME_ON_PAGE = "time_on_page"
    SCROLL_DEPTH = "scroll_depth"


class Metrics(Output):
    """null: there is no such number of this, or it was not asked for."""

    visitors: int | None = None
    visits: int | None = None
    pageviews: int | None = None
    events: int | None = None
    """Custom events; clicks are not among them."""
    clicks: int | None = None
    """On links that lead elsewhere, and on files."""
    entries: int | None = None
    """Of a page: the visits that began on it."""
    views_per_visit: float | None = None
    bounce_rate: float | None = None
    """Percent of visits, 0 to 100; of a page, percent of its entries."""
    visit_duration: float | None = None
    """Seconds, on average."""
    time_on_page: float | None = None
    """Seconds that a page was looked at, on average."""
    scroll_depth: float | None = None
    """How far down pages were scrolled, on average; percent, 0 to 100."""


_EVERYTHING = frozenset(Metric) - {Metric.ENTRIES}
_OF_VISITS = _EVERYTHING - {Metric.TIME_ON_PAGE, Metric.SCROLL_DEPTH}


class Family(StrEnum):
    """Kinds of dimensions, by what can be said of their values."""

    TOTAL = "total"
    VISIT = "visit"
    PAGE = "page"
    EXIT = "exit"
    EVENT = "event"
    LINK = "link"
    PROPERTY = "property"

    @property
    def metrics(self) -> frozenset[Metric]:
        return _METRICS[self]


_METRICS: Mapping[Family, frozenset[Metric]] = MappingProxyType(
    {
        Family.TOTAL: _EVERYTHING,
        Family.VISIT: _OF_VISITS,
        Family.PAGE: frozenset(
            {
                Metric.VISITORS,
                Metric.PAGEVIEWS,
                Metric.EVENTS,
                Metric.CLICKS,
                Metric.ENTRIES,
                Metric.BOUNCE_RATE,
                Metric.TIME_ON_PAGE,
                Metric.SCROLL_DEPTH,
            }
        ),
        Family.EXIT: frozenset({Metric.VISITORS, Metric.VISITS, Metric.BOUNCE_RATE, Metric.VISIT_DURATION}),
        Family.EVENT: frozenset({Metric.VISITORS, Metric.EVENTS}),
        Family.LINK: frozenset({Metric.VISITORS, Metric.CLICKS}),
        Family.PROPERTY: frozenset({Metric.VISITORS, Metric.PAGEVIEWS, Metric.EVENTS, Metric.CLICKS}),
    }
)


def family_of(dimension: str) -> Family:
    """Of a dimension by its name."""
    name = dimension.partition(".")[0]
    return Family(name) if name in set(Family) else Family.VISIT


def metrics_of(
    counts: Counts, family: Family = Family.TOTAL, wanted: frozenset[Metric] = frozenset()
) -> dict[str, float | None]:
    """The fields of ``Metrics``. Averages of nothing are 0. ``wanted``: only these; empty: all there are."""
    asked = family.metrics & wanted if wanted else family.metrics
    return {metric.value: value if metric in asked else None for metric, value in _all(counts).items()}


def percent_of(part: float, whole: float) -> float:
    """0 of nothing."""
    return round(100 * _per(part, whole), 1)


def _all(counts: Counts) -> dict[Metric, float]:
    return {
        Metric.VISITORS: counts.visitors,
        Metric.VISITS: counts.visits,
        Metric.PAGEVIEWS: counts.pageviews,
        Metric.EVENTS: counts.events,
        Metric.CLICKS: counts.clicks,
        Metric.ENTRIES: counts.visits,
        Metric.VIEWS_PER_VISIT: round(_per(counts.pageviews, counts.visits), 2),
        Metric.BOUNCE_RATE: percent_of(counts.bounces, counts.visits),
        Metric.VISIT_DURATION: round(_per(counts.duration_ms / 1000, counts.visits), 1),
        Metric.TIME_ON_PAGE: round(_per(counts.engaged_ms / 1000, counts.pageviews), 1),
        Metric.SCROLL_DEPTH: round(_per(counts.scroll, counts.leaves), 1),
    }


def _per(value: float, number: float) -> float:
    return value / number if number else 0.0
