"""Lines added up: for each dimension on each day, every value once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from common.metrics import COUNTERS
from common.rollups import RollupDimension
from common.rollups.sketch import HASH_BYTES
from common.visits import OPENING_DIMENSIONS
from services.worker.rollups.facts import Counts, Facts, Place

_Numbers = npt.NDArray[Any]
_OF_VISITS = tuple(RollupDimension(dimension.rollup) for dimension in OPENING_DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Delta:
    """What is to be added for one dimension on a day of a site's calendar. All columns have the same length."""

    site_id: int
    day: date
    dimension: RollupDimension
    values: Sequence[str]
    counts: Sequence[Sequence[int]]
    """One column for each of ``COUNTERS``."""
    visitors: Sequence[bytes]
    """For each value, the hashes of its visitors, one after another; of nobody: empty."""


def fold(facts: Facts) -> list[Delta]:
    places = facts.places
    deltas: list[Delta] = []
    visits = facts.visits
    if visits.places:
        columns = _columns(visits.places, visits.counts, visits.hashes)
        deltas += columns.added_up(places, RollupDimension.TOTAL, [""], np.zeros(len(visits.places), np.int64))
        deltas += columns.added_up(places, RollupDimension.HOUR, *_coded(visits.hours))
        # A visit's lines together first: its twenty dimensions then have one line to add up, and not several.
        of_line, columns = columns.together(np.array(visits.visits, np.int64), len(visits.values))
        for dimension, values in zip(_OF_VISITS, zip(*visits.values, strict=True), strict=True):
            names, of_visit = _coded(values)
            deltas += columns.added_up(places, dimension, names, of_visit[of_line])
    for dimension, lines in facts.by_event.items():
        if lines.places:
            columns = _columns(lines.places, lines.counts, lines.hashes)
            deltas += columns.added_up(places, dimension, *_coded(lines.values))
    return deltas


@dataclass(frozen=True, slots=True)
class _Columns:
    """Lines but for their values, ready to be added up by any."""

    places: _Numbers
    """The place's number of each line."""
    counted: Sequence[tuple[int, _Numbers]]
    """Those of ``COUNTERS`` that are not nothing everywhere, by their index."""
    owners: _Numbers
    """The line of each hash."""
    hashes: _Numbers

    def together(self, groups: _Numbers, bound: int) -> tuple[_Numbers, "_Columns"]:
        """One line for those of one place and group. ``groups`` are below ``bound``; gives the group of each line."""
        keys, of_line = _numbered(self.places * bound + groups, bound * (int(self.places.max()) + 1))
        counted = [(index, np.bincount(of_line, column, len(keys))) for index, column in self.counted]
        return keys % bound, _Columns(keys // bound, counted, of_line[self.owners], self.hashes)

    def added_up(
        self, places: Sequence[Place], dimension: RollupDimension, names: Sequence[str], of_line: _Numbers
    ) -> Iterator[Delta]:
        """``of_line``: places in ``names``."""
        bound = len(names)
        keys, inverse = _numbered(self.places * bound + of_line, bound * len(places))
        sums = np.zeros((len(COUNTERS), len(keys)), dtype=np.int64)
        for index, column in self.counted:
            sums[index] = np.bincount(inverse, column, len(keys))
        seen = inverse[self.owners]
        visitors_of_key = np.bincount(seen, minlength=len(keys))
        # Two bytes are sorted by counting.
        order = np.argsort(seen.astype(np.uint16) if len(keys) < 1 << 16 else seen, kind="stable")
        hashes = self.hashes[order].tobytes()
        ends = (np.cumsum(visitors_of_key) * HASH_BYTES).tolist()
        visitors = [hashes[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        says_something = sums.any(axis=0) | (visitors_of_key > 0)
        place_of_key = keys // bound
        begins = np.flatnonzero(np.diff(place_of_key, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(keys)], strict=True):
            kept = begin + np.flatnonzero(says_something[begin:end])
            if kept.size:
                place = places[int(place_of_key[begin])]
                yield Delta(
                    place.site_id,
                    place.day,
                    dimension,
                    [names[code] for code in (keys[kept] % bound).tolist()],
                    sums[:, kept].tolist(),
                    [visitors[at] for at in kept.tolist()],
                )


def _columns(places: Sequence[int], counts: Sequence[Counts], hashes: Sequence[bytes]) -> _Columns:
    matrix = np.array(counts, dtype=np.int64)
    return _Columns(
        np.array(places, dtype=np.int64),
        [(index, matrix[:, index]) for index in range(len(COUNTERS)) if matrix[:, index].any()],
        np.flatnonzero(np.fromiter(map(len, hashes), np.int64, len(hashes))),
        np.frombuffer(b"".join(hashes), dtype=np.uint64),
    )


def _coded(values: Iterable[str]) -> tuple[list[str], _Numbers]:
    """The different values, and for each its place among them."""
    codes: defaultdict[str, int] = defaultdict(count().__next__)
    numbers = np.array([codes[value] for value in values], np.int64)
    return list(codes), numbers


def _numbered(keys: _Numbers, bound: int) -> tuple[_Numbers, _Numbers]:
    """The different ones of ``keys``, rising, and for each its place among them. All are below ``bound``."""
    if bound > 8 * len(keys):
        return np.unique(keys, return_inverse=True)
    there = np.zeros(bound, dtype=np.bool_)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[keys]
