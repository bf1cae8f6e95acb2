"""Lines added up: for each dimension on each day, every value once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, repeat

import numpy as np

from common.rollups import Rolled
from common.rollups.sketch import HASH_BYTES
from services.worker.rollups.facts import COUNTERS, VISIT_DIMENSIONS, Facts, Place


@dataclass(frozen=True, slots=True)
class Delta:
    """What is to be added for one dimension on a day of a site's calendar. All columns have the same length."""

    site_id: int
    day: date
    dimension: Rolled
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
        columns = _Columns(places, visits.places, visits.counts, visits.hashes)
        deltas += columns.added_up(Rolled.TOTAL, repeat("", len(visits.places)))
        deltas += columns.added_up(Rolled.HOUR, visits.hours)
        for dimension, values in zip(VISIT_DIMENSIONS, zip(*visits.values, strict=True), strict=True):
            deltas += columns.added_up(dimension, values)
    for dimension, lines in facts.by_event.items():
        if lines.places:
            columns = _Columns(places, lines.places, lines.counts, lines.hashes)
            deltas += columns.added_up(dimension, lines.values)
    return deltas


class _Columns:
    """Lines but for their values, ready to be added up by any."""

    def __init__(
        self, places: Sequence[Place], numbers: list[int], counts: list[tuple[int, ...]], hashes: list[bytes]
    ) -> None:
        self._places = places
        self._numbers = np.array(numbers, dtype=np.int64)
        matrix = np.array(counts, dtype=np.int64)
        self._counted = [(index, matrix[:, index]) for index in range(len(COUNTERS)) if matrix[:, index].any()]
        self._seen = np.fromiter((bool(visitor) for visitor in hashes), np.bool_, len(hashes))
        self._hashes = np.frombuffer(b"".join(hashes), dtype=np.uint64)

    def added_up(self, dimension: Rolled, values: Iterable[str]) -> Iterator[Delta]:
        codes: defaultdict[str, int] = defaultdict(count().__next__)
        of_line = np.fromiter(map(codes.__getitem__, values), np.int64, len(self._numbers))
        names = list(codes)
        # One number for each place and value, rising by place.
        keys, inverse = np.unique(self._numbers * len(names) + of_line, return_inverse=True)
        sums = np.zeros((len(COUNTERS), len(keys)), dtype=np.int64)
        for index, column in self._counted:
            sums[index] = np.bincount(inverse, weights=column, minlength=len(keys))
        seen = inverse[self._seen]
        visitors_of_key = np.bincount(seen, minlength=len(keys))
        hashes = self._hashes[np.argsort(seen, kind="stable")].tobytes()
        ends = (np.cumsum(visitors_of_key) * HASH_BYTES).tolist()
        visitors = [hashes[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        says_something = sums.any(axis=0) | (visitors_of_key > 0)
        place_of_key = keys // len(names)
        begins = np.flatnonzero(np.diff(place_of_key, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(keys)], strict=True):
            kept = begin + np.flatnonzero(says_something[begin:end])
            if kept.size:
                place = self._places[int(place_of_key[begin])]
                yield Delta(
                    place.site_id,
                    place.day,
                    dimension,
                    [names[code] for code in (keys[kept] % len(names)).tolist()],
                    sums[:, kept].tolist(),
                    [visitors[at] for at in kept.tolist()],
                )
