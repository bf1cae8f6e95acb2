"""What the numbers mean. The only place that says so, for whatever source they were counted from.

- visitor: one visitor id among the visits that began in the range.
- visit: ends after 30 minutes without a beacon; belongs to the moment it began.
- pageview, event: belong to their own moment, not to that of their visit.
- bounce: a visit with at most one pageview, and no event or click.
- visit duration: from the first to the last beacon of a visit, in seconds.

Bots are in none of them.
"""

from dataclasses import dataclass

from services.api.models import Output


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted in one bucket of time. All but ``visitors`` may be added up over buckets."""

    visitors: int = 0
    visits: int = 0
    bounces: int = 0
    seconds: float = 0.0
    """Durations of all visits together."""
    pageviews: int = 0
    events: int = 0
    clicks: int = 0


class Metrics(Output):
    visitors: int
    visits: int
    pageviews: int
    events: int
    """Custom events; clicks are not among them."""
    views_per_visit: float
    bounce_rate: float
    """Percent of visits, 0 to 100."""
    visit_duration: float
    """Seconds, on average."""


def metrics_of(counts: Counts) -> dict[str, float]:
    """The fields of ``Metrics``. Averages over no visits are 0."""
    return {
        "visitors": counts.visitors,
        "visits": counts.visits,
        "pageviews": counts.pageviews,
        "events": counts.events,
        "views_per_visit": round(_per(counts.pageviews, counts.visits), 2),
        "bounce_rate": round(100 * _per(counts.bounces, counts.visits), 1),
        "visit_duration": round(_per(counts.seconds, counts.visits), 1),
    }


def _per(value: float, visits: int) -> float:
    return value / visits if visits else 0.0
