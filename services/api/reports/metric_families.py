"""The metrics of reports, by dimension. ``common.metrics`` defines them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from common.metrics import Counts, Metric, value_of
from services.api.http.models import ResponseModel


class Metrics(ResponseModel):
    """A metric is null if it does not apply or was not requested."""

    visitors: int | None = None
    visits: int | None = None
    pageviews: int | None = None
    events: int | None = None
    """Custom events, without clicks."""
    clicks: int | None = None
    """Clicks on outbound links and files."""
    entries: int | None = None
    """For a page, the visits that started on it."""
    views_per_visit: float | None = None
    bounce_rate: float | None = None
    """Percent of visits, 0 to 100; for a page, percent of its entries."""
    visit_duration: float | None = None
    """Average, in seconds."""
    time_on_page: float | None = None
    """Average engagement time of a page view, in seconds."""
    scroll_depth: float | None = None
    """Average scroll depth, in percent, 0 to 100."""


_EVERYTHING = frozenset(Metric) - {Metric.ENTRIES}
_OF_VISITS = _EVERYTHING - {Metric.TIME_ON_PAGE, Metric.SCROLL_DEPTH}


class MetricFamily(StrEnum):
    """Kinds of dimensions, by the metrics of their values."""

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
    """Return the family of a dimension by its name."""
    name = dimension.partition(".")[0]
    return MetricFamily(name) if name in set(MetricFamily) else MetricFamily.VISIT


def metrics_of(
    counts: Counts, family: MetricFamily = MetricFamily.TOTAL, wanted: frozenset[Metric] = frozenset()
) -> dict[str, float | None]:
    """Return the fields of ``Metrics``. Averages of nothing are 0. ``wanted``: only these; empty: all."""
    asked = family.metrics & wanted if wanted else family.metrics
    return {metric.value: value_of(metric, counts) if metric in asked else None for metric in Metric}
