"""Counts of runs of days, or of hours: all there is of a site, or of some values of a dimension."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.metrics import Counts
from common.rollups import RollupDimension
from common.store import Connection
from services.api.reports.accuracy import Accuracy
from services.api.reports.periods import Days
from services.api.reports.rollups.estimates import Sum, accuracy_of, estimate_of_one
from services.api.reports.rollups.range import make_range
from services.api.reports.rollups.sketches import Seen, merged
from services.api.reports.rollups.state import State, Where
from services.api.reports.rollups.statements import VISITORS, by_number
from services.api.reports.rollups.unknown import count_raw

_SECONDS = 60
_OWN = "$10"


class Chosen(NamedTuple):
    """Everything, or the visits with one of some values."""

    dimension: RollupDimension = RollupDimension.TOTAL
    values: tuple[str, ...] = ("",)


class Counted(NamedTuple):
    counts: list[Counts]
    accuracy: Accuracy


async def count_runs(
    connection: Connection, shards: Sequence[int], where: Where, runs: Sequence[Days], chosen: Chosen, state: State
) -> Counted:
    """One for each of the runs of days, which rise; there is at least one."""
    dimension, values = chosen.dimension, list(chosen.values)
    span = make_range(runs, where.today, state.unknown_of(dimension))
    arguments = [*span.arguments(where.site_id, dimension), values]
    reading = _Reading(connection, dimension, arguments, lambda row: row["number"])
    await reading.sum(by_number(_OWN))
    if span.unknown:
        raw = await count_raw(connection, shards, where.site_id, where.zone, span.unknown, dimension, values)
        for (day, _), tally in raw.items():
            number = bisect_right(span.first_days, day)
            reading.sums[number].add_tally(tally)
            reading.seen[number].append(Seen(tally.visitors, is_sketch=False))
    return await reading.counted(len(runs))


async def count_hours(
    connection: Connection, where: Where, days: Days, starts: Sequence[datetime], state: State
) -> Counted:
    """One for each bucket of hours. Of days that are unknown there is nothing."""
    span = make_range([days], where.today, state.unknown, only_days=True)
    arguments = span.arguments(where.site_id, RollupDimension.HOUR)
    reading = _Reading(connection, RollupDimension.HOUR, arguments, lambda row: _place(starts, row["value"]))
    values = await reading.sum(by_number(None))
    reading.arguments.append([value for place, value in values if not reading.sums[place].is_sure])
    return await reading.counted(len(starts))


class _Reading:
    """Rows of rollups and deltas, summed by bucket."""

    def __init__(
        self, connection: Connection, dimension: RollupDimension, arguments: list[Any], bucket_of: Callable[[Any], int]
    ) -> None:
        self._connection = connection
        self._dimension = dimension
        self._bucket_of = bucket_of
        self.arguments = arguments
        self.sums: defaultdict[int, Sum] = defaultdict(Sum)
        self.seen: defaultdict[int, list[Seen]] = defaultdict(list)

    async def sum(self, text: str) -> list[tuple[int, str]]:
        """Gives the buckets and values that there are."""
        rows = await self._connection.fetch(text, *self.arguments, timeout=_SECONDS)
        found = []
        for row in rows:
            bucket = self._bucket_of(row)
            self.sums[bucket].add(row)
            found.append((bucket, row["value"]))
        return found

    async def counted(self, buckets: int) -> Counted:
        """Counts of the buckets 1 to ``buckets``, with the visitors of those that need their sketches."""
        unsure = {bucket for bucket, each in self.sums.items() if not each.is_sure}
        if unsure:
            for part in await self._connection.fetch(VISITORS, *self.arguments, timeout=_SECONDS):
                bucket = self._bucket_of(part)
                if bucket in unsure:
                    self.seen[bucket].append(Seen(part["visitors"], part["is_sketch"]))
        known = await merged(self._dimension, {bucket: self.seen[bucket] for bucket in unsure})
        estimates = {
            bucket: known[bucket] if bucket in known else estimate_of_one(self._dimension, each.bound)
            for bucket, each in self.sums.items()
        }
        counts = [
            self.sums[bucket].counts(estimates[bucket].visitors) if bucket in estimates else Counts()
            for bucket in range(1, buckets + 1)
        ]
        return Counted(counts, accuracy_of(self._dimension, estimates.values()))


def _place(starts: Sequence[datetime], hour: str) -> int:
    """The bucket that the hour lies in. An hour may begin before the bucket where clocks went by half an hour."""
    return max(1, bisect_right(starts, datetime.fromisoformat(hour)))
