"""Which visitors are looked at: all of them, or, where that would take too long, those of some shards.

A visitor's shard is a hash of the visitor, so the visitors of some shards are a random sample of all of them, and the
same one each time. Whole visitors are in it or not, with all they did: that keeps rates and averages right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import sqrt

from common.metrics import Counts
from services.api.reports.dimensions import Dimension
from services.api.reports.filters import Filter


@dataclass(frozen=True, slots=True)
class Sample:
    shards: tuple[int, ...]
    of: int
    """How many shards there are."""

    @property
    def is_complete(self) -> bool:
        return len(self.shards) == self.of

    @property
    def fraction(self) -> float:
        """Of all visitors."""
        return len(self.shards) / self.of

    def only(self, *shards: int) -> "Sample":
        """Of the same install, but these shards."""
        return Sample(shards, self.of)

    def scaled(self, counts: Counts) -> Counts:
        """What all visitors did, as ``counts`` of the sample says."""
        if self.is_complete:
            return counts
        return Counts(**{name: round(getattr(counts, name) / self.fraction) for name in _FIELDS})

    def visitors_error(self, visitors: int) -> float:
        """The standard error of a scaled number of visitors, as a fraction of it.

        Each visitor is in the sample with probability f, so of N visitors it has N f on average, with a variance
        of N f (1 - f): scaled up by 1 / f, an error of sqrt((1 - f) / (f N)) of N. Nobody: 0.
        """
        if self.is_complete or not visitors:
            return 0.0
        return sqrt((1 - self.fraction) / (self.fraction * visitors))


_FIELDS = tuple(field.name for field in fields(Counts))


def all_visitors(shards: int) -> Sample:
    return Sample(tuple(range(shards)), shards)


def sample_of(shards: int, visits_in_range: int, budget: int) -> Sample:
    """So many of ``shards`` that they hold about ``budget`` of the visits, at the most; but at least one.

    Within the budget, everybody.
    """
    if visits_in_range <= budget:
        return all_visitors(shards)
    return Sample(tuple(range(max(1, shards * budget // visits_in_range))), shards)


def reads_events(dimension: Dimension | None, filters: Sequence[Filter]) -> bool:
    """Whether a breakdown by ``dimension``, or totals (None), of filtered visits looks at each of their events."""
    if dimension is None:
        return bool(filters)
    return bool(dimension.kinds) or any(wanted.dimension.kinds for wanted in filters)


def largest_error(sample: Sample, visitors: Iterable[int]) -> float:
    """Of several numbers of visitors, the largest standard error."""
    return max((sample.visitors_error(number) for number in visitors), default=0.0)
