"""Counts of runs of days, or of hours, from rollups: of a whole site, or of some values of a dimension."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.metrics import Counts
from common.rollups import RollupDimension
from common.store import Connection, load_queries
from services.api.reports.models import Accuracy
from services.api.reports.periods import Days
from services.api.reports.rollups.bucket_cover import cover_days
from services.api.reports.rollups.range_state import RangeState, SiteCalendar
from services.api.reports.rollups.stale_days import count_stale_days
from services.api.reports.rollups.visitor_estimates import (
    RollupSum,
    VisitorSet,
    accuracy_of,
    estimate_of_one,
    merge_visitor_sets,
)

_SQL = load_queries(__package__)
VISITORS = _SQL["visitors"]
_SECONDS = 60
_VALUES_PARAMETER = "$10"


def by_number(values: str | None) -> str:
    """Compose the statement. ``values``: the parameter with the values to count; None: all values."""
    return _SQL["by_number"].format(counted=counted_rows(values))


def counted_rows(values: str | None) -> str:
    """Compose the subquery of rows of rollups r and values of deltas."""
    conditions = {"of_rollups": "r.value", "of_deltas": "each.value"}
    return _SQL["counted"].format(
        **{mark: f"{row} = any({values}::text[])" if values else "true" for mark, row in conditions.items()}
    )


class RollupSelection(NamedTuple):
    """The whole site, or the visits with one of some values."""

    dimension: RollupDimension = RollupDimension.TOTAL
    values: tuple[str, ...] = ("",)


class BucketCounts(NamedTuple):
    counts: list[Counts]
    accuracy: Accuracy


async def count_runs(
    connection: Connection,
    shards: Sequence[int],
    where: SiteCalendar,
    runs: Sequence[Days],
    chosen: RollupSelection,
    state: RangeState,
) -> BucketCounts:
    """Count each of the ascending runs of days, of which there is at least one."""
    dimension, values = chosen.dimension, list(chosen.values)
    span = cover_days(runs, where.today, state.stale_of(dimension))
    arguments = [*span.arguments(where.site_id, dimension), values]
    reading = _BucketSums(connection, dimension, arguments, lambda row: row["number"])
    await reading.sum(by_number(_VALUES_PARAMETER))
    if span.stale:
        raw = await count_stale_days(connection, shards, where.site_id, where.zone, span.stale, dimension, values)
        for (day, _), raw_counts in raw.items():
            number = bisect_right(span.first_days, day)
            reading.sums[number].add_raw(raw_counts)
            reading.seen[number].append(VisitorSet(raw_counts.visitors, is_sketch=False))
    return await reading.counted(len(runs))


async def count_hours(
    connection: Connection, where: SiteCalendar, days: Days, starts: Sequence[datetime], state: RangeState
) -> BucketCounts:
    """Count each bucket of hours, without stale days."""
    span = cover_days([days], where.today, state.stale, only_days=True)
    arguments = span.arguments(where.site_id, RollupDimension.HOUR)
    reading = _BucketSums(
        connection, RollupDimension.HOUR, arguments, lambda row: _bucket_of_hour(starts, row["value"])
    )
    values = await reading.sum(by_number(None))
    reading.arguments.append([value for place, value in values if not reading.sums[place].is_sure])
    return await reading.counted(len(starts))


class _BucketSums:
    """Sums rows of rollups and deltas by bucket."""

    def __init__(
        self, connection: Connection, dimension: RollupDimension, arguments: list[Any], bucket_of: Callable[[Any], int]
    ) -> None:
        self._connection = connection
        self._dimension = dimension
        self._bucket_of = bucket_of
        self.arguments = arguments
        self.sums: defaultdict[int, RollupSum] = defaultdict(RollupSum)
        self.seen: defaultdict[int, list[VisitorSet]] = defaultdict(list)

    async def sum(self, text: str) -> list[tuple[int, str]]:
        """Read and add the rows; return their buckets and values."""
        rows = await self._connection.fetch(text, *self.arguments, timeout=_SECONDS)
        found = []
        for row in rows:
            bucket = self._bucket_of(row)
            self.sums[bucket].add(row)
            found.append((bucket, row["value"]))
        return found

    async def counted(self, buckets: int) -> BucketCounts:
        """Return the counts of the buckets 1 to ``buckets``, merging sketches where needed."""
        unsure = {bucket for bucket, each in self.sums.items() if not each.is_sure}
        if unsure:
            for part in await self._connection.fetch(VISITORS, *self.arguments, timeout=_SECONDS):
                bucket = self._bucket_of(part)
                if bucket in unsure:
                    self.seen[bucket].append(VisitorSet(part["visitors"], part["is_sketch"]))
        known = await merge_visitor_sets(self._dimension, {bucket: self.seen[bucket] for bucket in unsure})
        estimates = {
            bucket: known[bucket] if bucket in known else estimate_of_one(self._dimension, each.bound)
            for bucket, each in self.sums.items()
        }
        counts = [
            self.sums[bucket].counts(estimates[bucket].visitors) if bucket in estimates else Counts()
            for bucket in range(1, buckets + 1)
        ]
        return BucketCounts(counts, accuracy_of(self._dimension, estimates.values()))


def _bucket_of_hour(starts: Sequence[datetime], hour: str) -> int:
    """Return the bucket of the hour. An hour can start before its bucket where clocks changed by half an hour."""
    return max(1, bisect_right(starts, datetime.fromisoformat(hour)))
