"""Deltas put together: for each day and dimension, every value's counts and visitors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from common.metrics import COUNTERS
from common.rollups import Grain, RollupDimension


@dataclass(slots=True)
class Entry:
    """One value's."""

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    hashes: bytearray = field(default_factory=bytearray)

    def add(self, counts: Iterable[int], hashes: bytes | bytearray) -> None:
        self.counts = [old + more for old, more in zip(self.counts, counts, strict=True)]
        self.hashes += hashes


Bucket = tuple[RollupDimension, Grain, date]


class Tally:
    """Of one site."""

    def __init__(self) -> None:
        self._days: dict[tuple[RollupDimension, date], dict[str, Entry]] = {}

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
        """``counts``: a column for each of ``COUNTERS``. ``visitors``: of each value, their hashes."""
        entries = self._days.setdefault((dimension, day), {})
        for value, row, hashes in zip(values, zip(*counts, strict=True), visitors, strict=True):
            entry = entries.get(value)
            if entry is None:
                entry = entries[value] = Entry()
            entry.add(row, hashes)

    def of_days(self) -> Iterator[tuple[Bucket, dict[str, Entry]]]:
        for (dimension, day), entries in self._days.items():
            yield (dimension, Grain.DAY, day), entries

    def of_all_grains(self) -> Iterator[tuple[Bucket, dict[str, Entry]]]:
        """The days, and the weeks and months they lie in. Hours have days only."""
        longer: dict[Bucket, dict[str, Entry]] = {}
        for (dimension, day), entries in self._days.items():
            yield (dimension, Grain.DAY, day), entries
            if dimension is RollupDimension.HOUR:
                continue
            for grain in (Grain.WEEK, Grain.MONTH):
                bucket = longer.setdefault((dimension, grain, grain.first_day(day)), {})
                for value, entry in entries.items():
                    bucket.setdefault(value, Entry()).add(entry.counts, entry.hashes)
        yield from longer.items()
