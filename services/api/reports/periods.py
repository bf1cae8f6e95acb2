"""Periods: the days that a name such as ``30d`` means, in a site's time zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    DAY = "day"
    LAST_7_DAYS = "7d"
    LAST_30_DAYS = "30d"
    MONTH = "month"
    LAST_6_MONTHS = "6mo"
    YEAR = "year"
    ALL = "all"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Days:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


_DAYS_BACK = {Period.DAY: 0, Period.LAST_7_DAYS: 6, Period.LAST_30_DAYS: 29}
_MONTHS_BACK = {Period.MONTH: 0, Period.LAST_6_MONTHS: 5, Period.YEAR: 11}


def days_of(period: Period, today: date) -> Days:
    """Return the days of a period other than ``all`` and ``custom``.

    Periods of months are whole calendar months, including the current one.
    """
    if period in _DAYS_BACK:
        return Days(today - timedelta(days=_DAYS_BACK[period]), today)
    return Days(months_before(today, _MONTHS_BACK[period]), end_of_month(today))


def months_before(day: date, months: int) -> date:
    """The first day of the month that is ``months`` before the one of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


class Compare(StrEnum):
    PREVIOUS = "previous"
    YEAR = "year"
    CUSTOM = "custom"


def days_before(period: Period, days: Days, today: date) -> Days:
    """Return the days before ``days``, as many as are not in the future.

    Whole months are preceded by whole months, starting on their first day, so that the 5th is compared with the 5th.
    """
    count = Days(days.first, max(days.first, min(days.last, today))).count
    before = days.first - timedelta(days=1)
    if period not in _MONTHS_BACK:
        return Days(days.first - timedelta(days=count), before)
    first = months_before(days.first, _MONTHS_BACK[period] + 1)
    if today >= days.last:
        return Days(first, before)
    return Days(first, min(first + timedelta(days=count - 1), before))


def year_before(days: Days, today: date) -> Days:
    """Return the same dates a year before, without those in the future."""
    return Days(_a_year_before(days.first), _a_year_before(max(days.first, min(days.last, today))))


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))
