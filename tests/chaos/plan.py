"""Which faults happen when: made from a seed, so that a run can be had again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_FIRST, _LAST = 0.04, 0.92


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault, ``at`` seconds after the begin and for ``seconds``. ``chance`` is for what it leaves open."""

    at: float
    fault: str
    seconds: float
    chance: float


def make_plan(seed: int, faults: Sequence[str], count: int, seconds: float, longest: float) -> list[Planned]:
    """``count`` faults over ``seconds``, each kind as often as the others, in any order, and often several at once."""
    chance = random.Random(seed)
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += chance.sample(faults, len(faults))
    step = seconds * (_LAST - _FIRST) / count
    return [
        Planned(
            seconds * _FIRST + step * (place + chance.random()),
            kind,
            chance.uniform(0.4, longest),
            chance.random(),
        )
        for place, kind in enumerate(kinds[:count])
    ]
