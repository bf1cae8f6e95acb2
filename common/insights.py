"""Insights of a site as the worker stores them and the API returns them."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

MAX_ATTEMPTS = 3
"""After this many failures a request for insights waits until a user requests them again, or until the next night."""


class InsightKind(StrEnum):
    FORECAST = "forecast"
    ANOMALIES = "anomalies"
    SUMMARY = "summary"


class _StoredInsight(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class TooLittle(_StoredInsight):
    """Why there is no insight: the site has too little data."""

    reason: Literal["too-few-days", "too-few-visitors"]
    have: float
    """Days since the first visit, or visitors a day."""
    needed: float


class ExpectedDay(_StoredInsight):
    """The forecast of one day. The intervals contain 80 and 95 of 100 days."""

    day: date
    expected: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


class ForecastQuality(_StoredInsight):
    """Errors of the same forecast at points of the site's past, up to 30 days ahead."""

    trials: int
    error: float
    """Mean absolute scaled error: 1 is the error of predicting each day by the same day a week before."""
    naive_error: float
    """The same error of repeating the last week."""


class MetricForecast(_StoredInsight):
    days: tuple[ExpectedDay, ...]
    quality: ForecastQuality | None
    """Null: there are too few days to measure it."""


class Forecast(_StoredInsight):
    first_day: date
    """First day that the forecast is based on."""
    last_day: date
    visitors: MetricForecast
    pageviews: MetricForecast


class Cause(_StoredInsight):
    """A value that differs much from what is usual for it: a possible cause, not a proven one."""

    dimension: Literal["source", "country", "page"]
    value: str
    count: int
    """Visits on that day; page views if the value is a page."""
    usual: float
    """The median of the same weekday in the weeks before."""
    share: float
    """Share of the day's difference, 0 to 1."""


class Anomaly(_StoredInsight):
    day: date
    kind: Literal["spike", "dip"]
    metric: Literal["visitors", "pageviews"]
    value: float
    expected: float
    deviation: float
    """Difference to the expected value in robust standard deviations; negative for a dip."""
    score: float
    """Score of the isolation forest: 0.5 is average, 1 is completely isolated."""
    once_in_days: int
    """How often a day deviates that much, from the known days."""
    causes: tuple[Cause, ...]


class Anomalies(_StoredInsight):
    first_day: date
    """First day that was checked."""
    last_day: date
    anomalies: tuple[Anomaly, ...]
    """Sorted by day, the newest first."""


class Averages(_StoredInsight):
    """Averages per day."""

    days: int
    visitors: float
    visits: float
    pageviews: float


class WeekdayAverage(_StoredInsight):
    weekday: int
    """1 is Monday, 7 is Sunday."""
    visitors: float


class HourAverage(_StoredInsight):
    hour: int
    """0 to 23, in the site's time zone."""
    visits: float


class Change(_StoredInsight):
    """The last seven full days, compared with the seven days before."""

    now: int
    before: int
    percent: float | None
    """Null if the seven days before have none."""


class WeekOverWeek(_StoredInsight):
    visitors: Change
    visits: Change
    pageviews: Change


class Record(_StoredInsight):
    metric: Literal["visitors", "visits", "pageviews"]
    day: date
    value: int


class SiteSummary(_StoredInsight):
    first_day: date
    last_day: date
    last_month: Averages
    """Averages of the last 30 days."""
    all_time: Averages
    busiest_weekday: WeekdayAverage
    """In the last twelve weeks."""
    weekdays: tuple[WeekdayAverage, ...]
    busiest_hour: HourAverage | None
    """In the last four weeks; null without visits."""
    hours: tuple[HourAverage, ...]
    week_over_week: WeekOverWeek
    records: tuple[Record, ...]
