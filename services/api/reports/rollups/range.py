"""A range of days as statements take it: buckets of rollups, days of deltas, and days to be read raw."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.rollups import RollupDimension
from services.api.reports.periods import Days
from services.api.reports.rollups.cover import Cover, cover


@dataclass(frozen=True, slots=True)
class Range:
    """Rising runs of days, each counted for itself and known by its number from 1."""

    runs: tuple[Days, ...]
    covers: tuple[Cover, ...]
    unknown: tuple[date, ...]
    """Days of the runs that are read raw, rising."""

    @property
    def first_days(self) -> list[date]:
        return [run.first for run in self.runs]

    def arguments(self, site_id: int, dimension: RollupDimension) -> list[Any]:
        """$1 to $9 of what reads rollups and deltas."""
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
            list(self.unknown),
            self.first_days,
        ]


def make_range(runs: Sequence[Days], today: date, unknown: Set[date], *, only_days: bool = False) -> Range:
    """Of at least one run. Only the last one may reach over its end."""
    ends = [*(date.max for _ in runs[:-1]), today]
    covers = tuple(
        cover(run, end, _within(run, unknown), only_days=only_days) for run, end in zip(runs, ends, strict=True)
    )
    whole = Days(runs[0].first, runs[-1].last)
    return Range(tuple(runs), covers, tuple(sorted(_within(whole, unknown))))


def _within(days: Days, unknown: Set[date]) -> frozenset[date]:
    return frozenset(day for day in unknown if days.first <= day <= days.last)
