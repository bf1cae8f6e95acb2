from datetime import date
from typing import Annotated

from pydantic import Field

from services.api.models import Output
from services.api.stats.buckets import Interval
from services.api.stats.metrics import Metrics
from services.api.stats.periods import Period


class _OfPeriod(Output):
    site: str
    period: Period
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    """Included."""
    timezone: str


class Summary(_OfPeriod, Metrics):
    pass


class Point(Metrics):
    time: str
    """When the bucket begins: ISO 8601, with the offset of the site's time zone at that moment."""


class Timeseries(_OfPeriod):
    interval: Interval
    points: tuple[Point, ...]
    """One for each bucket that has begun, also where nothing happened."""


class Row(Metrics):
    value: str
    """Empty: not known, or none."""
    clicks: int


class Breakdown(_OfPeriod):
    dimension: str
    page: int
    limit: int
    total: int
    """How many values there are on all pages together."""
    rows: tuple[Row, ...]
    """Pageviews, events and clicks are those of the visits with the value; for what events have, those with it."""
