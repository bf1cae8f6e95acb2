"""Aggregation: adds up contributions, so that each dimension and day has every value once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from common.dimensions import OPENING_DIMENSIONS
from common.metrics import COUNTERS
from common.rollups import RollupDimension
from common.rollups.sketch import HASH_BYTES
from services.worker.rollups.contributions import Contributions, SiteDay, Sums

_Numbers = npt.NDArray[Any]
_VISIT_DIMENSIONS = tuple(RollupDimension(dimension.rollup) for dimension in OPENING_DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Delta:
    """An addition to one dimension on one day of a site's calendar, as columns of the same length."""

    site_id: int
    day: date
    dimension: RollupDimension
    values: Sequence[str]
    counts: Sequence[Sequence[int]]
    """One column for each of ``COUNTERS``."""
    visitors: Sequence[bytes]
    """For each value, the hashes of its visitors, concatenated; empty for none."""


def aggregate(contributions: Contributions) -> list[Delta]:
    """Return one delta for each dimension and day with contributions."""
    days = contributions.days
    deltas: list[Delta] = []
    visits = contributions.visits
    if visits.days:
        columns = _columns(visits.days, visits.sums, visits.hashes)
        deltas += columns.add_up(days, RollupDimension.TOTAL, [""], np.zeros(len(visits.days), np.int64))
        deltas += columns.add_up(days, RollupDimension.HOUR, *_coded(visits.hours))
        # Combine the rows of a visit first, so that each of its twenty dimensions adds up one row instead of several.
        visit_of_row, columns = columns.combine(np.array(visits.visits, np.int64), len(visits.values))
        for dimension, values in zip(_VISIT_DIMENSIONS, zip(*visits.values, strict=True), strict=True):
            names, of_visit = _coded(values)
            deltas += columns.add_up(days, dimension, names, of_visit[visit_of_row])
    for dimension, rows in contributions.by_event.items():
        if rows.days:
            columns = _columns(rows.days, rows.sums, rows.hashes)
            deltas += columns.add_up(days, dimension, *_coded(rows.values))
    return deltas


@dataclass(frozen=True, slots=True)
class _Columns:
    """Contributions without their values, which can be added up by the values of any dimension."""

    days: _Numbers
    """The index of each row's day."""
    counters: Sequence[tuple[int, _Numbers]]
    """The columns of ``COUNTERS`` that are not all zeros, with their index."""
    owners: _Numbers
    """The row of each hash."""
    hashes: _Numbers

    def combine(self, groups: _Numbers, bound: int) -> tuple[_Numbers, "_Columns"]:
        """Combine rows of the same day and group, and return the group of each new row. Groups are below ``bound``."""
        keys, new_row = _numbered(self.days * bound + groups, bound * (int(self.days.max()) + 1))
        counters = [(index, np.bincount(new_row, column, len(keys))) for index, column in self.counters]
        return keys % bound, _Columns(keys // bound, counters, new_row[self.owners], self.hashes)

    def add_up(
        self, days: Sequence[SiteDay], dimension: RollupDimension, names: Sequence[str], name_of_row: _Numbers
    ) -> Iterator[Delta]:
        """Yield a delta for each day. ``name_of_row``: for each row, an index into ``names``."""
        bound = len(names)
        keys, inverse = _numbered(self.days * bound + name_of_row, bound * len(days))
        sums = np.zeros((len(COUNTERS), len(keys)), dtype=np.int64)
        for index, column in self.counters:
            sums[index] = np.bincount(inverse, column, len(keys))
        seen = inverse[self.owners]
        visitors_of_key = np.bincount(seen, minlength=len(keys))
        # numpy sorts numbers of two bytes by counting, which is faster.
        order = np.argsort(seen.astype(np.uint16) if len(keys) < 1 << 16 else seen, kind="stable")
        hashes = self.hashes[order].tobytes()
        ends = (np.cumsum(visitors_of_key) * HASH_BYTES).tolist()
        visitors = [hashes[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        is_kept = sums.any(axis=0) | (visitors_of_key > 0)
        day_of_key = keys // bound
        begins = np.flatnonzero(np.diff(day_of_key, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(keys)], strict=True):
            kept = begin + np.flatnonzero(is_kept[begin:end])
            if kept.size:
                site_day = days[int(day_of_key[begin])]
                yield Delta(
                    site_day.site_id,
                    site_day.day,
                    dimension,
                    [names[code] for code in (keys[kept] % bound).tolist()],
                    sums[:, kept].tolist(),
                    [visitors[key] for key in kept.tolist()],
                )


def _columns(days: Sequence[int], sums: Sequence[Sums], hashes: Sequence[bytes]) -> _Columns:
    matrix = np.array(sums, dtype=np.int64)
    return _Columns(
        np.array(days, dtype=np.int64),
        [(index, matrix[:, index]) for index in range(len(COUNTERS)) if matrix[:, index].any()],
        np.flatnonzero(np.fromiter(map(len, hashes), np.int64, len(hashes))),
        np.frombuffer(b"".join(hashes), dtype=np.uint64),
    )


def _coded(values: Iterable[str]) -> tuple[list[str], _Numbers]:
    """Return the distinct values, and the index of each value in them."""
    codes: defaultdict[str, int] = defaultdict(count().__next__)
    numbers = np.array([codes[value] for value in values], np.int64)
    return list(codes), numbers


def _numbered(keys: _Numbers, bound: int) -> tuple[_Numbers, _Numbers]:
    """Return the distinct keys in ascending order, and the index of each key in them. All are below ``bound``."""
    if bound > 8 * len(keys):
        return np.unique(keys, return_inverse=True)
    is_used = np.zeros(bound, dtype=np.bool_)
    is_used[keys] = True
    return np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[keys]
