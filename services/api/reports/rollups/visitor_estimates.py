"""Estimates numbers of visitors from sketches and hashes, and sums the other counters."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from common.metrics import COUNTERS, Counts
from common.rollups import RollupDimension, VisitorSketch
from common.rollups.sketch import HASH_BYTES, standard_error
from services.api.reports.models import Accuracy, DataSource
from services.api.reports.rollups.stale_days import RawCounts

_MANY = 200
"""Sketches that take a millisecond or two to merge, as long as other requests can wait."""

Key = TypeVar("Key")


class VisitorSet(NamedTuple):
    """The visitors of a bucket: a stored sketch, or concatenated visitor hashes."""

    visitors: bytes
    is_sketch: bool


class Estimate(NamedTuple):
    visitors: int
    is_exact: bool


async def merge_visitor_sets(
    dimension: RollupDimension, seen: Mapping[Key, Sequence[VisitorSet]]
) -> dict[Key, Estimate]:
    """Return the number of different visitors by key. Many sketches are merged in a thread."""
    if sum(map(len, seen.values())) <= _MANY:
        return _merge(dimension, seen)
    return await asyncio.to_thread(_merge, dimension, seen)


def _merge(dimension: RollupDimension, seen: Mapping[Key, Sequence[VisitorSet]]) -> dict[Key, Estimate]:
    return {key: _estimate(dimension, each) for key, each in seen.items()}


def _estimate(dimension: RollupDimension, seen: Iterable[VisitorSet]) -> Estimate:
    sketch = VisitorSketch(dimension)
    for visitors, is_sketch in seen:
        if is_sketch:
            sketch.merge(visitors)
        else:
            sketch.add(visitors)
    return Estimate(sketch.estimate, sketch.is_exact)


_SURE, _SURE_OF_TOTALS = 350, 1_400
"""Up to this number of visitors, a sketch is exact."""


@dataclass(slots=True)
class RollupSum:
    """Sums of rows of rollups and deltas."""

    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    bound: int = 0
    """Maximum of visitors."""
    sketches: int = 0
    hashes: int = 0

    def add(self, row: Any) -> None:
        for name in COUNTERS:
            self.counters[name] += row[name]
        self.bound += row["bound"]
        self.sketches += row["sketches"]
        self.hashes += row["hashes"]

    def add_raw(self, raw_counts: RawCounts) -> None:
        for name in COUNTERS:
            self.counters[name] += raw_counts.counts[name]
        self.hashes += len(raw_counts.visitors) // HASH_BYTES

    @property
    def is_sure(self) -> bool:
        """Whether the bound is the number of visitors: with at most one sketch."""
        return not self.hashes and self.sketches <= 1

    def counts(self, visitors: int) -> Counts:
        return Counts(visitors=visitors, **self.counters)


def estimate_of_one(dimension: RollupDimension, uniques: int) -> Estimate:
    """Return the estimate of a single sketch from its stored number."""
    sure = _SURE_OF_TOTALS if dimension in (RollupDimension.TOTAL, RollupDimension.HOUR) else _SURE
    return Estimate(uniques, uniques <= sure)


def accuracy_of(dimension: RollupDimension, estimates: Collection[Estimate]) -> Accuracy:
    exact = all(estimate.is_exact for estimate in estimates)
    error = None if exact else round(standard_error(dimension), 4)
    return Accuracy(source=DataSource.ROLLUPS, exact=exact, visitors_error=error)
