"""A breakdown from rollups: one page of a dimension's values, by any metric."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from common.metrics import COUNTED, COUNTERS, RATIOS, Counts, Metric
from common.rollups import RollupDimension
from common.rollups.sketch import HASH_BYTES
from common.store import Connection, load_queries
from services.api.reports.models import Accuracy
from services.api.reports.params import BreakdownPage, SortColumn
from services.api.reports.periods import Days
from services.api.reports.rollups.bucket_cover import cover_days
from services.api.reports.rollups.index_candidates import read_index_candidates
from services.api.reports.rollups.range_state import RangeState, SiteCalendar
from services.api.reports.rollups.stale_days import RawCounts, count_stale_days
from services.api.reports.rollups.threshold import Candidate, rank_by_threshold
from services.api.reports.rollups.totals import VISITORS, by_number, counted_rows
from services.api.reports.rollups.visitor_estimates import (
    Estimate,
    RollupSum,
    VisitorSet,
    accuracy_of,
    estimate_of_one,
    merge_visitor_sets,
)

_SQL = load_queries(__package__)


_SUM = "sum({}::float8)"
RANK_EXPRESSIONS: Mapping[SortColumn, str] = MappingProxyType(
    {SortColumn.VALUE: "value"}
    | {SortColumn(metric): _SUM.format(counter) for metric, counter in COUNTED.items() if metric is not Metric.VISITORS}
    | {SortColumn(metric): ratio.sql(_SUM) for metric, ratio in RATIOS.items()}
)
"""Expressions that values are sorted by. Visitors are missing, since they cannot be summed."""
UPPER_BOUND, LOWER_BOUND = "sum(bound)", "max(least)"
"""Bounds of visitors."""


def by_value(rank: str, direction: str) -> str:
    """Compose the statement. ``rank`` and ``direction`` come from our own tables, never from a caller."""
    return _SQL["by_value"].format(counted=counted_rows(None), rank=rank, direction=direction)


_SECONDS = 60
_VALUES_PARAMETER = "$24"
_EXTRA_CANDIDATES = 100
"""Candidates that are read in addition to three times the requested number, since reading again is expensive."""


_EXTRA_INDEX_CANDIDATES = 30
_MAX_INDEX_ROWS = 100
"""Up to this number of rows, the first values of each bucket are tried before all values are summed."""
_INDEX_READS = 2


class Ranking(NamedTuple):
    total: int | None
    """Number of all values; None if it was not requested and is unknown."""
    rows: list[tuple[str, Counts]]
    accuracy: Accuracy


async def rank(
    connection: Connection,
    shards: Sequence[int],
    where: SiteCalendar,
    days: Days,
    dimension: RollupDimension,
    rows: BreakdownPage,
    state: RangeState,
) -> Ranking:
    reading = await _open(connection, shards, where, days, dimension, state)
    if rows.sort.column is not SortColumn.VISITORS:
        found = await reading.order(RANK_EXPRESSIONS[rows.sort.column], rows, rows.limit, rows.offset)
        return await reading.ranking([each.value for each in found])
    is_descending = rows.sort.is_descending
    wanted = rows.offset + rows.limit
    if is_descending and not rows.search and not rows.with_total and wanted <= _MAX_INDEX_ROWS:
        best = await reading.first(wanted)
        if best is not None:
            return await reading.ranking(best[rows.offset :])
    many = 3 * wanted + _EXTRA_CANDIDATES
    while True:
        found = await reading.order(UPPER_BOUND if is_descending else LOWER_BOUND, rows, many, 0)
        candidates = [Candidate(each.value, each.bound if is_descending else each.least) for each in found]
        rest = candidates[-1] if len(candidates) == many else None
        best = await rank_by_threshold(candidates, wanted, reading.know, is_descending=is_descending, rest=rest)
        if best is not None:
            return await reading.ranking(best[rows.offset :])
        many *= 4


async def count_values(
    connection: Connection,
    shards: Sequence[int],
    where: SiteCalendar,
    days: Days,
    dimension: RollupDimension,
    values: Sequence[str],
    state: RangeState,
) -> Ranking:
    """Count each of ``values``, including those without visits."""
    reading = await _open(connection, shards, where, days, dimension, state, values)
    return await reading.ranking(values)


async def _open(
    connection: Connection,
    shards: Sequence[int],
    where: SiteCalendar,
    days: Days,
    dimension: RollupDimension,
    state: RangeState,
    values: Sequence[str] | None = None,
) -> "_RankedValues":
    span = cover_days([days], where.today, state.stale_of(dimension))
    raw: defaultdict[str, RawCounts] = defaultdict(RawCounts)
    if span.stale:
        found = await count_stale_days(connection, shards, where.site_id, where.zone, span.stale, dimension, values)
        for (_, value), raw_counts in found.items():
            raw[value].add(raw_counts)
    return _RankedValues(connection, dimension, span.arguments(where.site_id, dimension), dict(raw))


class _RankedValues:
    """Reads one dimension of one range, and keeps what it read about the values."""

    def __init__(
        self, connection: Connection, dimension: RollupDimension, arguments: list[Any], raw: dict[str, RawCounts]
    ) -> None:
        self._connection = connection
        self._dimension = dimension
        self._arguments = arguments
        self._raw = raw
        self._known: dict[str, Estimate] = {}
        self._single: dict[str, int] = {}
        """Visitors of values that have a single sketch, which is stored with their number."""
        self.total: int | None = None

    async def first(self, wanted: int) -> list[str] | None:
        """Return the values with the most visitors; None if all values must be summed."""
        raw = {value: len(raw_counts.visitors) // HASH_BYTES for value, raw_counts in self._raw.items()}
        many = 2 * wanted + _EXTRA_INDEX_CANDIDATES
        for _ in range(_INDEX_READS):
            heads = await read_index_candidates(self._connection, self._arguments, raw, many)
            if heads.may_suffice(wanted):
                rest = Candidate("", heads.rest)
                best = await rank_by_threshold(heads.candidates, wanted, self.know, is_descending=True, rest=rest)
                if best is not None:
                    return best
            if heads.is_whole:
                return None
            many *= 4
        return None

    async def order(self, rank: str, rows: BreakdownPage, limit: int, offset: int) -> list["_ValueBounds"]:
        text = by_value(rank, rows.sort.direction)
        arguments = [*self._arguments, rows.search, limit, offset, *self._columns()]
        found = await self._connection.fetch(text, *arguments, timeout=_SECONDS)
        self.total = found[0]["total"]
        ordered = [_ValueBounds(row["value"], row["bound"], row["least"]) for row in found if row["value"] is not None]
        self._single |= {row["value"]: row["bound"] for row in found if row["sketches"] is not None and _is_single(row)}
        return ordered

    async def know(self, values: Sequence[str]) -> dict[str, int]:
        """Return the visitors of values."""
        seen: dict[str, list[VisitorSet]] = {}
        for value in values:
            if value in self._single:
                self._known[value] = estimate_of_one(self._dimension, self._single[value])
            elif value not in self._known:
                raw_counts = self._raw.get(value)
                seen[value] = (
                    [VisitorSet(raw_counts.visitors, is_sketch=False)] if raw_counts and raw_counts.visitors else []
                )
        if seen:
            uniques: dict[str, int] = {}
            for part in await self._connection.fetch(VISITORS, *self._arguments, list(seen), timeout=_SECONDS):
                seen[part["value"]].append(VisitorSet(part["visitors"], part["is_sketch"]))
                uniques[part["value"]] = part["uniques"]
            # A single sketch is stored with its number of visitors, which is the same however the value was found.
            for value in [value for value, parts in seen.items() if len(parts) == 1 and parts[0].is_sketch]:
                del seen[value]
                self._known[value] = estimate_of_one(self._dimension, uniques[value])
            self._known |= await merge_visitor_sets(self._dimension, seen)
        return {value: self._known[value].visitors for value in values}

    async def ranking(self, values: Sequence[str]) -> Ranking:
        """Return the values with all their counts, in their order."""
        sums = {value: RollupSum() for value in values}
        for row in await self._connection.fetch(by_number("$10"), *self._arguments, list(values), timeout=_SECONDS):
            sums[row["value"]].add(row)
        for value in self._raw.keys() & sums.keys():
            sums[value].add_raw(self._raw[value])
        visitors = await self.know(values)
        rows = [(value, each.counts(visitors[value])) for value, each in sums.items()]
        return Ranking(self.total, rows, accuracy_of(self._dimension, [self._known[value] for value in values]))

    def _columns(self) -> list[list[Any]]:
        """Return $13 to $23: counts of stale days from raw rows."""
        tallies = list(self._raw.values())
        return [
            list(self._raw),
            [len(raw_counts.visitors) // HASH_BYTES for raw_counts in tallies],
            *([raw_counts.counts[name] for raw_counts in tallies] for name in COUNTERS),
        ]


class _ValueBounds(NamedTuple):
    value: str
    bound: int
    """Maximum of visitors."""
    least: int


def _is_single(row: Any) -> bool:
    return bool(row["sketches"] <= 1 and not row["hashes"])
