"""Which metrics reports have, and of which dimensions. ``common.metrics`` says what they mean."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from common.metrics import Counts, Metric, value_of
from services.api.http.models import ResponseModel


class Metrics(ResponseModel):
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


class MetricFamily(StrEnum):
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


_METRICS: Mapping[MetricFamily, frozenset[Metric]] = MappingProxyType(
    {
        MetricFamily.TOTAL: _EVERYTHING,
        MetricFamily.VISIT: _OF_VISITS,
        MetricFamily.PAGE: frozenset(
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
        MetricFamily.EXIT: frozenset({Metric.VISITORS, Metric.VISITS, Metric.BOUNCE_RATE, Metric.VISIT_DURATION}),
        MetricFamily.EVENT: frozenset({Metric.VISITORS, Metric.EVENTS}),
        MetricFamily.LINK: frozenset({Metric.VISITORS, Metric.CLICKS}),
        MetricFamily.PROPERTY: frozenset({Metric.VISITORS, Metric.PAGEVIEWS, Metric.EVENTS, Metric.CLICKS}),
    }
)


def family_of(dimension: str) -> MetricFamily:
    """Of a dimension by its name."""
    name = dimension.partition(".")[0]
    return MetricFamily(name) if name in set(MetricFamily) else MetricFamily.VISIT


def metrics_of(
    counts: Counts, family: MetricFamily = MetricFamily.TOTAL, wanted: frozenset[Metric] = frozenset()
) -> dict[str, float | None]:
    """The fields of ``Metrics``. Averages of nothing are 0. ``wanted``: only these; empty: all there are."""
    asked = family.metrics & wanted if wanted else family.metrics
    return {metric.value: value_of(metric, counts) if metric in asked else None for metric in Metric}
