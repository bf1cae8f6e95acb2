"""Covers a range of days with as few rollup buckets as possible."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from common.rollups import Grain, RollupDimension
from services.api.reports.periods import Days, end_of_month

_ONE_DAY = timedelta(days=1)
_MOST_REMEMBERED = 1_000

Bucket = tuple[Grain, date]
"""A grain and the first day."""


@dataclass(frozen=True, slots=True)
class BucketCover:
    buckets: tuple[Bucket, ...]
    last: date
    """The last covered day, which can be after the end of the range."""


def cover(days: Days, today: date, stale: Set[date] = frozenset(), *, only_days: bool = False) -> BucketCover:
    """Return the fewest buckets that cover ``days``.

    ``stale``: days that no bucket may contain. ``today``: later days have no counts, so buckets may extend beyond the
    end of a range that includes today.
    """
    return _cover(days, days.last >= today, frozenset(stale), only_days)


@lru_cache(_MOST_REMEMBERED)
def _cover(days: Days, is_open: bool, stale: frozenset[date], only_days: bool) -> BucketCover:
    first, count = days.first, days.count
    # Backwards: the fewest buckets from each day on, and the first of them.
    fewest = [0] * (count + 1)
    chosen: list[tuple[Grain | None, int]] = [(None, 0)] * count
    ordered = sorted(stale)
    for number in range(count - 1, -1, -1):
        day = first + number * _ONE_DAY
        best: tuple[int, Grain | None, int] = (1 + fewest[number + 1], Grain.DAY, number + 1)
        if day in stale:
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
    return BucketCover(tuple(buckets), last)


def _longer(day: date) -> list[tuple[Grain, date]]:
    """Return the longer grains with a bucket that starts on this day, and its last day."""
    found = []
    if day.weekday() == 0 and day.year < date.max.year:
        found.append((Grain.WEEK, day + 6 * _ONE_DAY))
    if day.day == 1:
        found.append((Grain.MONTH, end_of_month(day)))
    return found


def _between(ordered: list[date], first: date, last: date) -> bool:
    return any(first <= day <= last for day in ordered)


@dataclass(frozen=True, slots=True)
class CoveredDays:
    """Ascending runs of days, each counted separately and identified by its number from 1."""

    runs: tuple[Days, ...]
    covers: tuple[BucketCover, ...]
    stale: tuple[date, ...]
    """Days of the runs that are read from raw rows, ascending."""

    @property
    def first_days(self) -> list[date]:
        return [run.first for run in self.runs]

    def arguments(self, site_id: int, dimension: RollupDimension) -> list[Any]:
        """Return $1 to $9 of the statements that read rollups and deltas."""
        buckets = [
            (int(grain), bucket, number) for number, each in enumerate(self.covers, 1) for grain, bucket in each.buckets
        ]
        grains, firsts, numbers = map(list, zip(*buckets, strict=True)) if buckets else ([], [], [])
        return [
            site_id,
            int(dimension),
            grains,
            firsts,
            numbers,
            self.runs[0].first,
            self.covers[-1].last,
            list(self.stale),
            self.first_days,
        ]


def cover_days(runs: Sequence[Days], today: date, stale: Set[date], *, only_days: bool = False) -> CoveredDays:
    """Cover at least one run. Only the last run may be extended."""
    ends = [*(date.max for _ in runs[:-1]), today]
    covers = tuple(
        cover(run, end, _within(run, stale), only_days=only_days) for run, end in zip(runs, ends, strict=True)
    )
    scaled_up = Days(runs[0].first, runs[-1].last)
    return CoveredDays(tuple(runs), covers, tuple(sorted(_within(scaled_up, stale))))


def _within(days: Days, stale: Set[date]) -> frozenset[date]:
    return frozenset(day for day in stale if days.first <= day <= days.last)
