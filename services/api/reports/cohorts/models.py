from datetime import date
from enum import StrEnum

from services.api.http.models import ResponseModel
from services.api.reports.models import Report


class RetentionInterval(StrEnum):
    DAY = "day"
    WEEK = "week"


class Cohort(ResponseModel):
    first_day: date
    """Of the day or week (from Monday) in which its visitors came for the first time, by the site's clock."""
    size: int
    """How many came for the first time."""
    returned: tuple[int, ...]
    """How many of them came in interval 0, which is the first one itself, 1, 2, … up to now."""
    percent: tuple[float, ...]
    """The same in percent of ``size``."""


class Retention(Report):
    interval: RetentionInterval
    cohorts: tuple[Cohort, ...]
    """One for each interval that has begun. The last number of each is of an interval that is still going on, if the
    period reaches up to now."""
