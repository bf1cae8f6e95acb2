"""The plan of a run: which faults are injected when. A seed makes it reproducible."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_FIRST, _LAST = 0.04, 0.92


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault ``at`` seconds after the start, for ``seconds``. ``chance``: a random number for its details."""

    at: float
    fault: str
    seconds: float
    chance: float


def make_plan(seed: int, faults: Sequence[str], count: int, seconds: float, longest: float) -> list[PlannedFault]:
    """Return ``count`` faults over ``seconds``: all kinds equally often, in random order, often overlapping."""
    chance = random.Random(seed)
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += chance.sample(faults, len(faults))
    step = seconds * (_LAST - _FIRST) / count
    return [
        PlannedFault(
            seconds * _FIRST + step * (place + chance.random()),
            kind,
            chance.uniform(0.4, longest),
            chance.random(),
        )
        for place, kind in enumerate(kinds[:count])
    ]
