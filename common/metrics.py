"""Definitions of counters and metrics: the only place for their formulas, in Python and in SQL.

- visitor: one visitor id among the visits that began in the range.
- visit: ends after ``SESSION_TIMEOUT`` without a beacon; belongs to the moment it began.
- pageview, event, click: belong to their own moment, not to that of their visit.
- bounce: a visit with at most one pageview, and no event or click (``common.visits.is_bounce``).
- visit duration: from the first to the last beacon of a visit, in seconds.
- time on page: seconds that pages were looked at, as browsers report on leaving them, for each pageview.
- scroll depth: how far down pages were scrolled, in percent, on average of the pageviews whose end was reported.
- entries: of a page, the visits that began on it; its bounce rate is theirs.
- conversion rate: visitors who reached a goal, in percent of all visitors of the same selection.

Bots are in none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType


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
    """Pageviews whose end was reported."""
    scroll: int = 0
    """Percents of the leaves, added up."""


COUNTERS = tuple(field.name for field in fields(Counts) if field.name != "visitors")
"""The counters that may be added up, in the order in which rollups have them."""


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


class Unit(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A metric that is one counter divided by another; 0 of nothing."""

    part: str
    whole: str
    unit: Unit
    digits: int = 1
    is_fraction: bool = False
    """Whether the counters are not in the metric's unit yet: their quotient is to be multiplied by 100."""

    def of(self, counts: Counts) -> float:
        part, whole = getattr(counts, self.part), getattr(counts, self.whole)
        if self.is_fraction:
            return percent_of(part, whole, self.digits)
        return round(_per(part / 1000 if self.unit is Unit.SECONDS else part, whole), self.digits)

    def sql(self, summed: str = "{}") -> str:
        """An expression that orders as the metric does. ``summed`` makes one of a counter, which it has as ``{}``."""
        part, whole = summed.format(self.part), summed.format(self.whole)
        return f"coalesce({part}::float8 / nullif({whole}, 0), 0)"


RATIOS: Mapping[Metric, Ratio] = MappingProxyType(
    {
        Metric.VIEWS_PER_VISIT: Ratio("pageviews", "visits", Unit.NUMBER, digits=2),
        Metric.BOUNCE_RATE: Ratio("bounces", "visits", Unit.PERCENT, is_fraction=True),
        Metric.VISIT_DURATION: Ratio("duration_ms", "visits", Unit.SECONDS),
        Metric.TIME_ON_PAGE: Ratio("engaged_ms", "pageviews", Unit.SECONDS),
        Metric.SCROLL_DEPTH: Ratio("scroll", "leaves", Unit.PERCENT),
    }
)
COUNTED: Mapping[Metric, str] = MappingProxyType(
    {metric: metric.value for metric in Metric if metric not in RATIOS} | {Metric.ENTRIES: "visits"}
)
"""The counter that each of the other metrics is."""


def value_of(metric: Metric, counts: Counts) -> float:
    """Return the metric, in its unit and rounded as it is shown. Averages of nothing are 0."""
    if metric in RATIOS:
        return RATIOS[metric].of(counts)
    counted: int = getattr(counts, COUNTED[metric])
    return counted


def percent_of(part: float, whole: float, digits: int = 1) -> float:
    """Return ``part`` in percent of ``whole``: conversion rates, shares, cohorts. 0 of nothing."""
    return round(100 * _per(part, whole), digits)


def growth(now: float, before: float) -> float | None:
    """Return by how many percent ``now`` is more than ``before``; None where that was nothing."""
    return 100 * (now / before - 1) if before else None


def rounded_growth(now: float, before: float) -> float | None:
    """Return ``growth`` as it is shown."""
    percent = growth(now, before)
    return None if percent is None else round(percent, 1)


def _per(value: float, number: float) -> float:
    return value / number if number else 0.0


SQL_FRAGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "rated": ",\n        ".join(f"{ratio.sql()} as {metric}" for metric, ratio in RATIOS.items()),
        "counters": ", ".join(COUNTERS),
    }
)
"""``rated``: all metrics that are ratios, from columns that are named like ``COUNTERS``."""
