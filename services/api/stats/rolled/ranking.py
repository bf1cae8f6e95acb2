"""A breakdown by what was counted in advance: the rows that are wanted of all values."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from common.rollups import Rolled
from common.rollups.sketch import HASH_BYTES
from services.api.stats.accuracy import Accuracy
from services.api.stats.breakdown import Column, Rows
from services.api.stats.metrics import ADDITIVE, Counts
from services.api.stats.periods import Days
from services.api.stats.rolled.estimates import accuracy_of, estimate_of_one
from services.api.stats.rolled.range import make_range
from services.api.stats.rolled.sketches import Estimate, Seen, united
from services.api.stats.rolled.state import State, Where
from services.api.stats.rolled.statements import VISITORS, by_value
from services.api.stats.rolled.top import Candidate, ranked
from services.api.stats.rolled.unknown import Tally, count_raw

_SECONDS = 60
_OWN = "$24"
_MORE = 32
"""Candidates that are read beyond half as many again as are wanted."""


class Ranking(NamedTuple):
    total: int
    rows: list[tuple[str, Counts]]
    accuracy: Accuracy


async def rank(
    connection: Any, shards: Sequence[int], where: Where, days: Days, dimension: Rolled, rows: Rows, state: State
) -> Ranking:
    reading = await _reading(connection, shards, where, days, dimension, state)
    direction = rows.sort.direction
    if rows.sort.column is not Column.VISITORS:
        await reading.read(rows.sort.column.value, direction, rows.search, rows.limit, rows.offset)
        return await reading.ranking(list(reading.rows))
    order = "bound" if rows.sort.is_descending else "least"
    wanted = rows.offset + rows.limit
    many = wanted + wanted // 2 + _MORE
    while True:
        await reading.read(order, direction, rows.search, many, 0)
        best = await ranked(
            [Candidate(value, row[order]) for value, row in reading.rows.items()],
            wanted,
            reading.know,
            is_descending=rows.sort.is_descending,
            is_all=reading.total <= many,
        )
        if best is not None:
            return await reading.ranking(best[rows.offset :])
        many *= 4


async def count_values(
    connection: Any,
    shards: Sequence[int],
    where: Where,
    days: Days,
    dimension: Rolled,
    values: Sequence[str],
    state: State,
) -> Ranking:
    """Those of ``values`` that came, in any order."""
    reading = await _reading(connection, shards, where, days, dimension, state, values)
    await reading.read("value", "asc", "", len(values), 0)
    return await reading.ranking(list(reading.rows))


async def _reading(
    connection: Any,
    shards: Sequence[int],
    where: Where,
    days: Days,
    dimension: Rolled,
    state: State,
    values: Sequence[str] | None = None,
) -> "_Reading":
    span = make_range([days], where.today, state.unknown_of(dimension))
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    if span.unknown:
        found = await count_raw(connection, shards, where.site_id, where.zone, span.unknown, dimension, values)
        for (_, value), tally in found.items():
            tallies[value].add(tally)
    return _Reading(connection, dimension, span.arguments(where.site_id, dimension), dict(tallies), values)


class _Reading:
    """One dimension of one range, and what is found out about its values."""

    def __init__(
        self,
        connection: Any,
        dimension: Rolled,
        arguments: list[Any],
        raw: dict[str, Tally],
        values: Sequence[str] | None,
    ) -> None:
        self._connection = connection
        self._dimension = dimension
        self._arguments = arguments
        self._raw = raw
        self._values = values
        self._known: dict[str, Estimate] = {}
        self.rows: dict[str, Any] = {}
        """The values that were read last, in their order."""
        self.total = 0

    async def read(self, order: str, direction: str, search: str, limit: int, offset: int) -> None:
        text = by_value(order, direction, None if self._values is None else _OWN)
        own = [] if self._values is None else [list(self._values)]
        arguments = [*self._arguments, search, limit, offset, *self._columns(), *own]
        found = await self._connection.fetch(text, *arguments, timeout=_SECONDS)
        self.total = found[0]["total"]
        self.rows = {row["value"]: row for row in found if row["value"] is not None}

    async def know(self, values: Sequence[str]) -> dict[str, int]:
        """Visitors of values that were read."""
        seen: dict[str, list[Seen]] = {}
        for value in values:
            row = self.rows[value]
            if value in self._known:
                continue
            if row["hashes"] or row["sketches"] > 1:
                tally = self._raw.get(value)
                seen[value] = [Seen(tally.visitors, is_sketch=False)] if tally else []
            else:
                self._known[value] = estimate_of_one(self._dimension, row["bound"])
        if seen:
            for part in await self._connection.fetch(VISITORS, *self._arguments, list(seen), timeout=_SECONDS):
                seen[part["value"]].append(Seen(part["visitors"], part["is_sketch"]))
            self._known |= await united(self._dimension, seen)
        return {value: self._known[value].visitors for value in values}

    async def ranking(self, values: Sequence[str]) -> Ranking:
        visitors = await self.know(values)
        rows = [
            (value, Counts(visitors=visitors[value], **{name: self.rows[value][name] for name in ADDITIVE}))
            for value in values
        ]
        return Ranking(self.total, rows, accuracy_of(self._dimension, [self._known[value] for value in values]))

    def _columns(self) -> list[list[Any]]:
        """$13 to $23: what was counted of raw days."""
        tallies = list(self._raw.values())
        return [
            list(self._raw),
            [len(tally.visitors) // HASH_BYTES for tally in tallies],
            *([tally.counts[name] for tally in tallies] for name in ADDITIVE),
        ]
