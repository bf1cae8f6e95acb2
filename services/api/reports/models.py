"""How an answer was made, and how far it can be relied on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.api.http.models import ResponseModel
from services.api.reports.buckets import Interval
from services.api.reports.metrics import Metrics
from services.api.reports.periods import Period


class DataSource(StrEnum):
    RAW = "raw"
    """All visits and events of the range, counted one by one."""
    ROLLUPS = "rollups"
    """Counted in advance; visitors are estimated where there are many."""
    SAMPLE = "sample"
    """The visits and events of some of the visitors, scaled up."""


class Accuracy(ResponseModel):
    source: DataSource = DataSource.RAW
    exact: bool = True
    visitors_error: float | None = None
    """Standard error of ``visitors``, as a fraction of it; null where it is exact."""
    sampled: float | None = None
    """The fraction of all visitors that was looked at; null: all of them."""


EXACT = Accuracy()


def least_exact(parts: list[Accuracy]) -> Accuracy:
    """Of an answer that was made from several: that of the least exact. ``parts`` has at least one."""
    return max(parts, key=lambda part: (not part.exact, part.visitors_error or 0.0))


class _Days(ResponseModel):
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    """Included."""


class Report(_Days):
    """What all answers about a site's numbers say."""

    site: str
    period: Period
    timezone: str
    accuracy: Accuracy
    as_of: datetime
    """What was stored at that moment is in the numbers."""


class ComparedDays(_Days):
    """Which days are compared with."""


class ComparedMetrics(_Days, Metrics):
    """The same of the days that are compared with."""


class Summary(Report, Metrics):
    comparison: ComparedMetrics | None = None
    """null where nothing is compared with."""


class TimeseriesPoint(Metrics):
    time: str
    """When the bucket begins: ISO 8601, with the offset of the site's time zone at that moment."""


class ComparedPoints(_Days):
    points: tuple[TimeseriesPoint, ...]
    """From the first bucket of those days on; they need not be as many."""


class Timeseries(Report):
    interval: Interval
    points: tuple[TimeseriesPoint, ...]
    """One for each bucket that has begun, also where nothing happened."""
    comparison: ComparedPoints | None = None


class BreakdownRow(Metrics):
    value: str
    """Empty: not known, or none."""
    conversion_rate: float | None = None
    """Percent of the value's visitors who reached the goal in a visit with it, 0 to 100; null without a goal."""
    comparison: Metrics | None = None
    """The same value in the days that are compared with."""


class Breakdown(Report):
    dimension: str
    goal: str | None = None
    """Of which the conversion rates are."""
    page: int
    limit: int
    total: int | None
    """How many values there are on all pages together; null with ``total=false``."""
    rows: tuple[BreakdownRow, ...]
    """Pageviews, events and clicks are those of the visits with the value; for what events have, those with it."""
    compared_days: ComparedDays | None = None
    """Which days the comparisons of the rows are of."""
