"""Samples of visitors: those of some shards, where counting all visitors would take too long.

A visitor's shard is a hash of the visitor, so the visitors of some shards are a random sample, and always the same
one. A sample contains visitors with all of their events, which keeps rates and averages right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import sqrt

from common.metrics import Counts
from services.api.reports.filters import Filter
from services.api.reports.report_dimensions import Dimension


@dataclass(frozen=True, slots=True)
class Sample:
    shards: tuple[int, ...]
    of: int
    """Number of all shards."""

    @property
    def is_complete(self) -> bool:
        return len(self.shards) == self.of

    @property
    def fraction(self) -> float:
        """Fraction of all visitors."""
        return len(self.shards) / self.of

    def only(self, *shards: int) -> "Sample":
        """Return the sample of these shards."""
        return Sample(shards, self.of)

    def scaled(self, counts: Counts) -> Counts:
        """Scale ``counts`` of the sample to all visitors."""
        if self.is_complete:
            return counts
        return Counts(**{name: round(getattr(counts, name) / self.fraction) for name in _FIELDS})

    def visitors_error(self, visitors: int) -> float:
        """Return the standard error of a scaled number of visitors, as a fraction of it.

        Each visitor is in the sample with probability f, so of N visitors it has N f on average, with a variance
        of N f (1 - f): scaled up by 1 / f, an error of sqrt((1 - f) / (f N)) of N. 0 without visitors.
        """
        if self.is_complete or not visitors:
            return 0.0
        return sqrt((1 - self.fraction) / (self.fraction * visitors))


_FIELDS = tuple(field.name for field in fields(Counts))


def all_visitors(shards: int) -> Sample:
    return Sample(tuple(range(shards)), shards)


def sample_of(shards: int, visits_in_range: int, budget: int) -> Sample:
    """Return as many shards as contain about ``budget`` visits, but at least one.

    Within the budget, all of them.
    """
    if visits_in_range <= budget:
        return all_visitors(shards)
    return Sample(tuple(range(max(1, shards * budget // visits_in_range))), shards)


def reads_events(dimension: Dimension | None, filters: Sequence[Filter]) -> bool:
    """Whether a breakdown by ``dimension``, or totals (None), of filtered visits reads events."""
    if dimension is None:
        return bool(filters)
    return bool(dimension.kinds) or any(wanted.dimension.kinds for wanted in filters)


def largest_error(sample: Sample, visitors: Iterable[int]) -> float:
    """Return the largest standard error of several numbers of visitors."""
    return max((sample.visitors_error(number) for number in visitors), default=0.0)
