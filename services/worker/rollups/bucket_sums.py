"""Sums of deltas: counts and visitors of every value, for each dimension and day, week or month of a site."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from common.metrics import COUNTERS
from common.rollups import Grain, RollupDimension


@dataclass(slots=True)
class ValueSums:
    """The sums of one value."""

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    hashes: bytearray = field(default_factory=bytearray)

    def add(self, counts: Iterable[int], hashes: bytes | bytearray) -> None:
        self.counts = [old + more for old, more in zip(self.counts, counts, strict=True)]
        self.hashes += hashes


BucketKey = tuple[RollupDimension, Grain, date]


class BucketSums:
    """Adds up the deltas of one site."""

    def __init__(self) -> None:
        self._days: dict[tuple[RollupDimension, date], dict[str, ValueSums]] = {}

    @property
    def days(self) -> set[date]:
        return {day for _, day in self._days}

    def add(
        self,
        dimension: RollupDimension,
        day: date,
        values: Sequence[str],
        counts: Sequence[Sequence[int]],
        visitors: Sequence[bytes],
    ) -> None:
        """Add a delta. ``counts``: a column for each of ``COUNTERS``. ``visitors``: for each value, their hashes."""
        sums = self._days.setdefault((dimension, day), {})
        for value, row, hashes in zip(values, zip(*counts, strict=True), visitors, strict=True):
            of_value = sums.get(value)
            if of_value is None:
                of_value = sums[value] = ValueSums()
            of_value.add(row, hashes)

    def day_buckets(self) -> Iterator[tuple[BucketKey, dict[str, ValueSums]]]:
        for (dimension, day), sums in self._days.items():
            yield (dimension, Grain.DAY, day), sums

    def all_buckets(self) -> Iterator[tuple[BucketKey, dict[str, ValueSums]]]:
        """Yield the days, and the weeks and months that contain them. Hours exist for days only."""
        longer: dict[BucketKey, dict[str, ValueSums]] = {}
        for (dimension, day), sums in self._days.items():
            yield (dimension, Grain.DAY, day), sums
            if dimension is RollupDimension.HOUR:
                continue
            for grain in (Grain.WEEK, Grain.MONTH):
                bucket = longer.setdefault((dimension, grain, grain.first_day(day)), {})
                for value, of_value in sums.items():
                    bucket.setdefault(value, ValueSums()).add(of_value.counts, of_value.hashes)
        yield from longer.items()
