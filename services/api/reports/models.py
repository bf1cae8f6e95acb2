"""Responses of reports, and how accurate they are."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.api.http.models import ResponseModel
from services.api.reports.buckets import Interval
from services.api.reports.metric_families import Metrics
from services.api.reports.periods import Period


class DataSource(StrEnum):
    RAW = "raw"
    """All visits and events of the range."""
    ROLLUPS = "rollups"
    """Counted in advance; large numbers of visitors are estimates."""
    SAMPLE = "sample"
    """Visits and events of some of the visitors, scaled up."""


class Accuracy(ResponseModel):
    source: DataSource = DataSource.RAW
    exact: bool = True
    visitors_error: float | None = None
    """Standard error of ``visitors``, as a fraction of it; null if it is exact."""
    sampled: float | None = None
    """Fraction of all visitors that was counted; null for all."""


EXACT = Accuracy()


def least_exact(parts: list[Accuracy]) -> Accuracy:
    """Return the accuracy of the least exact part. ``parts`` is not empty."""
    return max(parts, key=lambda part: (not part.exact, part.visitors_error or 0.0))


class _Days(ResponseModel):
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    """Included."""


class Report(_Days):
    """Fields that all reports of a site have."""

    site: str
    period: Period
    timezone: str
    accuracy: Accuracy
    as_of: datetime
    """The numbers include everything stored by then."""


class ComparedDays(_Days):
    """The compared days."""


class ComparedMetrics(_Days, Metrics):
    """The metrics of the compared days."""


class Summary(Report, Metrics):
    comparison: ComparedMetrics | None = None
    """null without a comparison."""


class TimeseriesPoint(Metrics):
    time: str
    """Start of the bucket: ISO 8601, with the offset of the site's time zone at that moment."""


class ComparedPoints(_Days):
    points: tuple[TimeseriesPoint, ...]
    """All buckets of the compared days; their number can differ."""


class Timeseries(Report):
    interval: Interval
    points: tuple[TimeseriesPoint, ...]
    """One for each bucket that has started, including empty ones."""
    comparison: ComparedPoints | None = None


class BreakdownRow(Metrics):
    value: str
    """Empty for unknown or no value."""
    conversion_rate: float | None = None
    """Percent of the value's visitors who reached the goal in a visit with the value, 0 to 100; null without a goal."""
    comparison: Metrics | None = None
    """The value in the compared days."""


class Breakdown(Report):
    dimension: str
    goal: str | None = None
    """The goal of the conversion rates."""
    page: int
    limit: int
    total: int | None
    """Number of values on all pages; null with ``total=false``."""
    rows: tuple[BreakdownRow, ...]
    """Page views, events and clicks: of visits with the value, or for dimensions of events, of events with it."""
    compared_days: ComparedDays | None = None
    """The days of the rows' comparisons."""
