"""Definitions of counters and metrics: the only place for their formulas, in Python and in SQL.

- visitor: one visitor id among the visits that began in the range.
- visit: ends after ``SESSION_TIMEOUT`` without a beacon; counts at the time it began.
- pageview, event, click: count at their own time, not at that of their visit.
- bounce: a visit with at most one pageview, and no event or click (``common.visits.is_bounce``).
- visit duration: from the first to the last beacon of a visit, in seconds.
- time on page: seconds that pages were looked at, as browsers report on leaving them, for each pageview.
- scroll depth: how far down pages were scrolled, in percent, on average of the pageviews whose end was reported.
- entries: visits that began on a page. The bounce rate of a page is that of its entries.
- conversion rate: visitors who reached a goal, in percent of all visitors of the same selection.

Bots do not count in any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of one time bucket or one value. All except ``visitors`` may be added up."""

    visitors: int = 0
    visits: int = 0
    bounces: int = 0
    duration_ms: int = 0
    """Total duration of all visits."""
    pageviews: int = 0
    events: int = 0
    clicks: int = 0
    engaged_ms: int = 0
    """Total time that pages were viewed."""
    leaves: int = 0
    """Pageviews whose end was reported."""
    scroll: int = 0
    """Sum of the scroll depths of all leaves, in percent."""


COUNTERS = tuple(field.name for field in fields(Counts) if field.name != "visitors")
"""The counters that may be added up, in the order of the columns of rollups."""


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
    """A metric that is one counter divided by another; 0 if that is 0."""

    part: str
    whole: str
    unit: Unit
    digits: int = 1
    is_fraction: bool = False
    """Whether the quotient is a fraction that has to be multiplied by 100."""

    def of(self, counts: Counts) -> float:
        part, whole = getattr(counts, self.part), getattr(counts, self.whole)
        if self.is_fraction:
            return percent_of(part, whole, self.digits)
        return round(_per(part / 1000 if self.unit is Unit.SECONDS else part, whole), self.digits)

    def sql(self, summed: str = "{}") -> str:
        """Return an expression with the same order as the metric. ``summed``: template of a counter's expression."""
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
"""The counter of each of the other metrics."""


def value_of(metric: Metric, counts: Counts) -> float:
    """Return the metric in its unit, rounded for display. Averages without data are 0."""
    if metric in RATIOS:
        return RATIOS[metric].of(counts)
    counted: int = getattr(counts, COUNTED[metric])
    return counted


def percent_of(part: float, whole: float, digits: int = 1) -> float:
    """Return ``part`` in percent of ``whole``: conversion rates, shares, cohorts. 0 if ``whole`` is 0."""
    return round(100 * _per(part, whole), digits)


def growth(now: float, before: float) -> float | None:
    """Return the growth from ``before`` to ``now`` in percent; None if ``before`` is 0."""
    return 100 * (now / before - 1) if before else None


def rounded_growth(now: float, before: float) -> float | None:
    """Return ``growth``, rounded for display."""
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
"""``rated``: all ratios, calculated from columns with the names of ``COUNTERS``."""
