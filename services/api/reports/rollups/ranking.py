"""A breakdown by what was counted in advance: the rows that are wanted of all values."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from common.metrics import COUNTERS, Counts
from common.rollups import RollupDimension
from common.rollups.sketch import HASH_BYTES
from common.store import Connection
from services.api.reports.accuracy import Accuracy
from services.api.reports.breakdown import Column, Rows
from services.api.reports.periods import Days
from services.api.reports.rollups.estimates import Sum, accuracy_of, estimate_of_one
from services.api.reports.rollups.heads import read_heads
from services.api.reports.rollups.range import make_range
from services.api.reports.rollups.sketches import Estimate, Seen, merged
from services.api.reports.rollups.state import State, Where
from services.api.reports.rollups.statements import LEAST, MOST, RANKS, VISITORS, by_number, by_value
from services.api.reports.rollups.top import Candidate, ranked
from services.api.reports.rollups.unknown import Tally, count_raw

_SECONDS = 60
_OWN = "$24"
_MORE = 100
"""Candidates that are read beyond three times as many as are wanted: reading again is dear."""


_MORE_OF_HEADS = 30
_MOST_OF_HEADS = 100
"""Rows, up to which the first values of each bucket are looked at before all are summed."""
_TRIES = 2


class Ranking(NamedTuple):
    total: int | None
    """How many values there are; None where that was not wanted and is not known."""
    rows: list[tuple[str, Counts]]
    accuracy: Accuracy


async def rank(
    connection: Connection,
    shards: Sequence[int],
    where: Where,
    days: Days,
    dimension: RollupDimension,
    rows: Rows,
    state: State,
) -> Ranking:
    reading = await _reading(connection, shards, where, days, dimension, state)
    if rows.sort.column is not Column.VISITORS:
        found = await reading.order(RANKS[rows.sort.column], rows, rows.limit, rows.offset)
        return await reading.ranking([each.value for each in found])
    is_descending = rows.sort.is_descending
    wanted = rows.offset + rows.limit
    if is_descending and not rows.search and not rows.with_total and wanted <= _MOST_OF_HEADS:
        best = await reading.first(wanted)
        if best is not None:
            return await reading.ranking(best[rows.offset :])
    many = 3 * wanted + _MORE
    while True:
        found = await reading.order(MOST if is_descending else LEAST, rows, many, 0)
        candidates = [Candidate(each.value, each.bound if is_descending else each.least) for each in found]
        rest = candidates[-1] if len(candidates) == many else None
        best = await ranked(candidates, wanted, reading.know, is_descending=is_descending, rest=rest)
        if best is not None:
            return await reading.ranking(best[rows.offset :])
        many *= 4


async def count_values(
    connection: Connection,
    shards: Sequence[int],
    where: Where,
    days: Days,
    dimension: RollupDimension,
    values: Sequence[str],
    state: State,
) -> Ranking:
    """Each of ``values``, also of those that did not come."""
    reading = await _reading(connection, shards, where, days, dimension, state, values)
    return await reading.ranking(values)


async def _reading(
    connection: Connection,
    shards: Sequence[int],
    where: Where,
    days: Days,
    dimension: RollupDimension,
    state: State,
    values: Sequence[str] | None = None,
) -> "_Reading":
    span = make_range([days], where.today, state.unknown_of(dimension))
    raw: defaultdict[str, Tally] = defaultdict(Tally)
    if span.unknown:
        found = await count_raw(connection, shards, where.site_id, where.zone, span.unknown, dimension, values)
        for (_, value), tally in found.items():
            raw[value].add(tally)
    return _Reading(connection, dimension, span.arguments(where.site_id, dimension), dict(raw))


class _Reading:
    """One dimension of one range, and what is found out about its values."""

    def __init__(
        self, connection: Connection, dimension: RollupDimension, arguments: list[Any], raw: dict[str, Tally]
    ) -> None:
        self._connection = connection
        self._dimension = dimension
        self._arguments = arguments
        self._raw = raw
        self._known: dict[str, Estimate] = {}
        self._single: dict[str, int] = {}
        """Values whose visitors stand beside their only sketch."""
        self.total: int | None = None

    async def first(self, wanted: int) -> list[str] | None:
        """The values with the most visitors; None where all must be summed to tell."""
        raw = {value: len(tally.visitors) // HASH_BYTES for value, tally in self._raw.items()}
        many = 2 * wanted + _MORE_OF_HEADS
        for _ in range(_TRIES):
            heads = await read_heads(self._connection, self._arguments, raw, many)
            if heads.may_suffice(wanted):
                rest = Candidate("", heads.rest)
                best = await ranked(heads.candidates, wanted, self.know, is_descending=True, rest=rest)
                if best is not None:
                    return best
            if heads.is_whole:
                return None
            many *= 4
        return None

    async def order(self, rank: str, rows: Rows, limit: int, offset: int) -> list["_Ordered"]:
        text = by_value(rank, rows.sort.direction)
        arguments = [*self._arguments, rows.search, limit, offset, *self._columns()]
        found = await self._connection.fetch(text, *arguments, timeout=_SECONDS)
        self.total = found[0]["total"]
        ordered = [_Ordered(row["value"], row["bound"], row["least"]) for row in found if row["value"] is not None]
        self._single |= {row["value"]: row["bound"] for row in found if row["sketches"] is not None and _is_single(row)}
        return ordered

    async def know(self, values: Sequence[str]) -> dict[str, int]:
        """How many visitors values have."""
        seen: dict[str, list[Seen]] = {}
        for value in values:
            if value in self._single:
                self._known[value] = estimate_of_one(self._dimension, self._single[value])
            elif value not in self._known:
                tally = self._raw.get(value)
                seen[value] = [Seen(tally.visitors, is_sketch=False)] if tally and tally.visitors else []
        if seen:
            uniques: dict[str, int] = {}
            for part in await self._connection.fetch(VISITORS, *self._arguments, list(seen), timeout=_SECONDS):
                seen[part["value"]].append(Seen(part["visitors"], part["is_sketch"]))
                uniques[part["value"]] = part["uniques"]
            # Of one sketch it is written beside it; so it is found in whichever way the value came here.
            for value in [value for value, parts in seen.items() if len(parts) == 1 and parts[0].is_sketch]:
                del seen[value]
                self._known[value] = estimate_of_one(self._dimension, uniques[value])
            self._known |= await merged(self._dimension, seen)
        return {value: self._known[value].visitors for value in values}

    async def ranking(self, values: Sequence[str]) -> Ranking:
        """The values with everything that is counted of them, in their order."""
        sums = {value: Sum() for value in values}
        for row in await self._connection.fetch(by_number("$10"), *self._arguments, list(values), timeout=_SECONDS):
            sums[row["value"]].add(row)
        for value in self._raw.keys() & sums.keys():
            sums[value].add_tally(self._raw[value])
        visitors = await self.know(values)
        rows = [(value, each.counts(visitors[value])) for value, each in sums.items()]
        return Ranking(self.total, rows, accuracy_of(self._dimension, [self._known[value] for value in values]))

    def _columns(self) -> list[list[Any]]:
        """$13 to $23: what was counted of raw days."""
        tallies = list(self._raw.values())
        return [
            list(self._raw),
            [len(tally.visitors) // HASH_BYTES for tally in tallies],
            *([tally.counts[name] for tally in tallies] for name in COUNTERS),
        ]


class _Ordered(NamedTuple):
    value: str
    bound: int
    """Visitors at most."""
    least: int


def _is_single(row: Any) -> bool:
    return bool(row["sketches"] <= 1 and not row["hashes"])
