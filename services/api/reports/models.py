from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import ResponseModel
from services.api.reports.accuracy import Accuracy
from services.api.reports.buckets import Interval
from services.api.reports.metrics import Metrics
from services.api.reports.periods import Period


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


class Point(Metrics):
    time: str
    """When the bucket begins: ISO 8601, with the offset of the site's time zone at that moment."""


class ComparedPoints(_Days):
    points: tuple[Point, ...]
    """From the first bucket of those days on; they need not be as many."""


class Timeseries(Report):
    interval: Interval
    points: tuple[Point, ...]
    """One for each bucket that has begun, also where nothing happened."""
    comparison: ComparedPoints | None = None


class Row(Metrics):
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
    rows: tuple[Row, ...]
    """Pageviews, events and clicks are those of the visits with the value; for what events have, those with it."""
    compared_days: ComparedDays | None = None
    """Which days the comparisons of the rows are of."""
