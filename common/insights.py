"""What the worker finds out about a site's days, as the store keeps it and the API tells it."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

MOST_ATTEMPTS = 3
"""Of a request for insights: after so many failures it rests until somebody asks again, or the next night."""


class InsightKind(StrEnum):
    FORECAST = "forecast"
    ANOMALIES = "anomalies"
    SUMMARY = "summary"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class TooLittle(_Kept):
    """Why nothing is said: what there is would not bear it."""

    reason: Literal["too-few-days", "too-few-visitors"]
    have: float
    """Days since the first visit; or visitors a day."""
    needed: float


class ExpectedDay(_Kept):
    """A day to come. The ranges hold what they say: 80 and 95 days of 100."""

    day: date
    expected: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


class ForecastQuality(_Kept):
    """How the same forecast did at points of the site's past, up to 30 days ahead."""

    trials: int
    error: float
    """Mean absolute scaled error: 1 is as far off as saying of each day that it is like a week before."""
    naive_error: float
    """The same of repeating the last week."""


class MetricForecast(_Kept):
    days: tuple[ExpectedDay, ...]
    quality: ForecastQuality | None
    """Null: the past is too short to try."""


class Forecast(_Kept):
    first_day: date
    """Of the past that it is made from."""
    last_day: date
    visitors: MetricForecast
    pageviews: MetricForecast


class Cause(_Kept):
    """What moved most against its own usual, which is no proof."""

    dimension: Literal["source", "country", "page"]
    value: str
    count: int
    """Visits that day; page views of a page."""
    usual: float
    """On the same weekday of the weeks before."""
    share: float
    """Of the difference that the day made, 0 to 1."""


class Anomaly(_Kept):
    day: date
    kind: Literal["spike", "dip"]
    metric: Literal["visitors", "pageviews"]
    value: float
    expected: float
    deviation: float
    """Usual errors off; below 0 in a dip."""
    score: float
    """How much the day stands apart from all others: 0.5 is like them, 1 is like none."""
    once_in_days: int
    """A day so far off happens once in so many, by what is known."""
    causes: tuple[Cause, ...]


class Anomalies(_Kept):
    first_day: date
    """Of the days that were judged."""
    last_day: date
    anomalies: tuple[Anomaly, ...]
    """The newest first."""


class Averages(_Kept):
    """A day's."""

    days: int
    visitors: float
    visits: float
    pageviews: float


class WeekdayAverage(_Kept):
    weekday: int
    """1 is Monday, 7 is Sunday."""
    visitors: float


class HourAverage(_Kept):
    hour: int
    """0 to 23, by the site's clock."""
    visits: float


class Change(_Kept):
    """The last seven days that are over, beside the seven before."""

    now: int
    before: int
    percent: float | None
    """Null where there was nothing before."""


class WeekOverWeek(_Kept):
    visitors: Change
    visits: Change
    pageviews: Change


class Record(_Kept):
    metric: Literal["visitors", "visits", "pageviews"]
    day: date
    value: int


class SiteSummary(_Kept):
    first_day: date
    last_day: date
    last_month: Averages
    """Of the last 30 days."""
    all_time: Averages
    busiest_weekday: WeekdayAverage
    """Of the last twelve weeks."""
    weekdays: tuple[WeekdayAverage, ...]
    busiest_hour: HourAverage | None
    """Of the last four weeks; null where nothing was counted."""
    hours: tuple[HourAverage, ...]
    week_over_week: WeekOverWeek
    records: tuple[Record, ...]
