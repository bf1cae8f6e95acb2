"""The times at which visits begin: days by growth, season and weekday, and the hours of a day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.dataset.draws import Floats, Integers, WeightedIndex

_WEEKDAYS = np.array([1.12, 1.15, 1.13, 1.08, 0.97, 0.74, 0.81])
_HOURS = np.array(
    [
        2.0, 1.3, 0.9, 0.7, 0.7, 1.0, 1.8, 3.0, 4.4, 5.4, 5.8, 5.9,
        5.8, 5.7, 5.8, 5.7, 5.5, 5.3, 5.3, 5.6, 6.0, 5.9, 4.7, 3.2,
    ]
)  # fmt: skip
_GROWTH = 1.9
"""Traffic of the last day as a multiple of the first."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the site's calendar, or the part of it that has passed."""

    number: int
    """From 0."""
    date: date
    begin: int
    """Epoch milliseconds."""
    end: int
    visits: int
    hours: Floats
    """Weights of equal parts of the span from ``begin`` to ``end``."""

    def starts(self, chances: Floats, within: Floats) -> Integers:
        """Return when visits begin, in order, in epoch milliseconds. Takes two numbers in [0, 1) for each."""
        hour = WeightedIndex(self.hours).pick(chances)
        share = (hour + within) / len(self.hours)
        return np.sort((self.begin + share * (self.end - self.begin)).astype(np.int64))


def first_day(until: date, months: int) -> date:
    """Return the first day of a span of ``months`` months that ends with ``until``."""
    after = until + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    days_of_month = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(after.day, days_of_month))


def days_between(first: date, last: date, zone: ZoneInfo, visits: int, seed: int, now: datetime) -> list[CalendarDay]:
    """Return every day with its share of ``visits``. The current day ends an hour before ``now``."""
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    spans = [_span(day, zone, now) for day in dates]
    chance = np.random.default_rng([seed, 1])
    share = np.arange(len(dates)) / max(1, len(dates) - 1)
    weights = (1 + (_GROWTH - 1) * share) * _WEEKDAYS[[day.weekday() for day in dates]]
    weights *= 1 + 0.08 * np.cos(2 * np.pi * np.array([day.timetuple().tm_yday for day in dates]) / 365)
    weights *= chance.lognormal(0, 0.06, len(dates))
    weights *= [sum(_HOURS[:hours]) / sum(_HOURS) for _, _, hours in spans]
    until = np.rint(np.cumsum(weights) / weights.sum() * visits).astype(int)
    counts = np.diff(until, prepend=0)
    return [
        CalendarDay(number, day, begin, end, int(count), _HOURS[:hours])
        for number, (day, (begin, end, hours), count) in enumerate(zip(dates, spans, counts, strict=True))
    ]


def _span(day: date, zone: ZoneInfo, now: datetime) -> tuple[int, int, int]:
    """Return begin, end, and how many of the 24 parts of a day are between them."""
    begin = _midnight(day, zone)
    end = _midnight(day + timedelta(days=1), zone)
    past = (int(now.timestamp() * 1000) - 3_600_000 - begin) / (end - begin)
    hours = min(24, max(0, int(past * 24)))
    return begin, begin + (end - begin) * hours // 24, hours


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)
