"""Which buckets of rollups make up a range of days: as few as can be."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from common.rollups import Grain
from services.api.reports.periods import Days, end_of_month

_ONE_DAY = timedelta(days=1)
_MOST_REMEMBERED = 1_000

Bucket = tuple[Grain, date]
"""A grain, and the first day."""


@dataclass(frozen=True, slots=True)
class Cover:
    buckets: tuple[Bucket, ...]
    last: date
    """The last day that is covered: nothing lies between the end of the range and it."""


def cover(days: Days, today: date, unknown: Set[date] = frozenset(), *, only_days: bool = False) -> Cover:
    """``unknown``: days that no bucket may hold. ``today``: nothing was counted of later days, so buckets may reach
    over the end of a range that reaches it.
    """
    return _cover(days, days.last >= today, frozenset(unknown), only_days)


@lru_cache(_MOST_REMEMBERED)
def _cover(days: Days, is_open: bool, unknown: frozenset[date], only_days: bool) -> Cover:
    first, count = days.first, days.count
    # Backwards: how few buckets the days from each on need, and which is the first of them.
    fewest = [0] * (count + 1)
    chosen: list[tuple[Grain | None, int]] = [(None, 0)] * count
    ordered = sorted(unknown)
    for number in range(count - 1, -1, -1):
        day = first + number * _ONE_DAY
        best: tuple[int, Grain | None, int] = (1 + fewest[number + 1], Grain.DAY, number + 1)
        if day in unknown:
            best = (fewest[number + 1], None, number + 1)
        elif not only_days:
            for longer, end in _longer(day):
                after = (end - first).days + 1
                if (after <= count or is_open) and not _between(ordered, day, end):
                    best = min(best, (1 + fewest[min(after, count)], longer, after), key=lambda option: option[0])
        fewest[number], chosen[number] = best[0], best[1:]
    buckets: list[Bucket] = []
    number, last = 0, days.last
    while number < count:
        grain, after = chosen[number]
        if grain is not None:
            buckets.append((grain, first + number * _ONE_DAY))
        number, last = after, max(last, first + (after - 1) * _ONE_DAY)
    return Cover(tuple(buckets), last)


def _longer(day: date) -> list[tuple[Grain, date]]:
    """The grains that have a bucket from this day on, and its last day."""
    found = []
    if day.weekday() == 0 and day.year < date.max.year:
        found.append((Grain.WEEK, day + 6 * _ONE_DAY))
    if day.day == 1:
        found.append((Grain.MONTH, end_of_month(day)))
    return found


def _between(ordered: list[date], first: date, last: date) -> bool:
    return any(first <= day <= last for day in ordered)
