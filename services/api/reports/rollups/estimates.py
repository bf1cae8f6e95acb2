"""Sums of counters, and how many visitors stand behind them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from common.metrics import COUNTERS, Counts
from common.rollups import RollupDimension
from common.rollups.sketch import HASH_BYTES, standard_error
from services.api.reports.accuracy import Accuracy, Source
from services.api.reports.rollups.sketches import Estimate
from services.api.reports.rollups.unknown import Tally

_SURE, _SURE_OF_TOTALS = 350, 1_400
"""Up to so many visitors a sketch has counted and not estimated."""


@dataclass(slots=True)
class Sum:
    """Of rows of rollups and deltas."""

    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    bound: int = 0
    """Visitors at most."""
    sketches: int = 0
    hashes: int = 0

    def add(self, row: Any) -> None:
        for name in COUNTERS:
            self.counters[name] += row[name]
        self.bound += row["bound"]
        self.sketches += row["sketches"]
        self.hashes += row["hashes"]

    def add_tally(self, tally: Tally) -> None:
        for name in COUNTERS:
            self.counters[name] += tally.counts[name]
        self.hashes += len(tally.visitors) // HASH_BYTES

    @property
    def is_sure(self) -> bool:
        """Whether the bound is how many visitors there were: those of one sketch, or nobody."""
        return not self.hashes and self.sketches <= 1

    def counts(self, visitors: int) -> Counts:
        return Counts(visitors=visitors, **self.counters)


def estimate_of_one(dimension: RollupDimension, uniques: int) -> Estimate:
    """Of a single sketch, by what was written beside it."""
    sure = _SURE_OF_TOTALS if dimension in (RollupDimension.TOTAL, RollupDimension.HOUR) else _SURE
    return Estimate(uniques, uniques <= sure)


def accuracy_of(dimension: RollupDimension, estimates: Collection[Estimate]) -> Accuracy:
    exact = all(estimate.is_exact for estimate in estimates)
    error = None if exact else round(standard_error(dimension), 4)
    return Accuracy(source=Source.ROLLUPS, exact=exact, visitors_error=error)
