"""Buckets of time: a period divided into hours, days, weeks or months of the site's time zone.

Python computes them instead of SQL, so that they are correct across clock changes and in half-hour zones, whichever
zones the database has.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.api.http.errors import ApiError
from services.api.reports.periods import Days, months_before

_ONE_DAY = timedelta(days=1)


class TooManyPointsError(ApiError):
    """The period has more buckets of the interval than one response contains."""


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_DAYS_AT_LEAST = {Interval.HOUR: 1 / 24, Interval.DAY: 1, Interval.WEEK: 7, Interval.MONTH: 28}


def max_buckets(days: Days, interval: Interval) -> int:
    """Return an upper bound of the number of buckets of ``days``, without computing them."""
    return int(days.count / _DAYS_AT_LEAST[interval]) + 2


def bounds(days: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the start of the first day and the end of the last day (UTC)."""
    return _midnight(days.first, zone), _midnight(days.last + _ONE_DAY, zone)


def starts(days: Days, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """Return the starts of all buckets (UTC, ascending).

    Weeks start on Monday; the first week or month starts with the period. An hour that occurs twice when clocks go
    back is two buckets, and a skipped one is none.
    """
    begin, end = bounds(days, zone)
    if interval is Interval.HOUR:
        moments = {moment for day in _days(days) for moment in _hours(day, zone)}
    else:
        moments = {_midnight(day, zone) for day in _first_days(days, interval)}
    return sorted(moment for moment in moments | {begin} if begin <= moment < end)


def until(moments: list[datetime], now: datetime) -> list[datetime]:
    """Return the moments that are not in the future."""
    return moments[: bisect_right(moments, now)]


def _first_days(days: Days, interval: Interval) -> Iterable[date]:
    if interval is Interval.MONTH:
        return _months(days)
    if interval is Interval.WEEK:
        monday = days.first - timedelta(days=days.first.weekday())
        return (monday + timedelta(weeks=n) for n in range((days.last - monday).days // 7 + 1))
    return _days(days)


def _days(days: Days) -> Iterator[date]:
    return (days.first + timedelta(days=n) for n in range(days.count))


def _months(days: Days) -> Iterator[date]:
    month = days.first.replace(day=1)
    while month <= days.last:
        yield month
        month = months_before(month, -1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # fold=0: if midnight occurs twice, the day starts with the first; if clocks skip it, at the skip.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _hours(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in range(24):
        # When clocks go back, fold=1 is the second occurrence of the hour. When they skip it, fold=0 is the end of the
        # skip, and fold=1 is before it, in another hour that is yielded anyway.
        once, again = (datetime.combine(day, time(hour, fold=fold), zone).astimezone(UTC) for fold in (0, 1))
        yield once
        if again > once:
            yield again
