"""Randomness without state: numbers derived from numbers, and skewed choices."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_STEP = 0x9E3779B97F4A7C15
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_ALL = (1 << 64) - 1


def mixed(numbers: npt.NDArray[Any], salt: int) -> Words:
    """Return 64 pseudo-random bits for each number, different for each ``salt`` (SplitMix64)."""
    bits = numbers.astype(np.uint64) * np.uint64(_STEP) + np.uint64((salt + 1) * _STEP & _ALL)
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX[0]
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX[1]
    bits = bits ^ (bits >> np.uint64(31))
    # A second round: after one, consecutive numbers under consecutive salts collide.
    bits = (bits ^ np.uint64((salt * 0xD6E8FEB86659FD93 + 1) & _ALL)) * _MIX[0]
    return np.asarray(bits ^ (bits >> np.uint64(32)))


def uniform(numbers: npt.NDArray[Any], salt: int) -> Floats:
    """Return a number in [0, 1) for each number."""
    return np.asarray((mixed(numbers, salt) >> np.uint64(11)) * 2.0**-53)


def zipf(count: int, exponent: float = 1.0, shift: float = 1.0) -> Floats:
    """Return the weights of ``count`` values, the heaviest first."""
    return np.asarray((np.arange(count) + shift) ** -exponent)


class WeightedIndex:
    """Chooses among values of different weight."""

    def __init__(self, weights: npt.ArrayLike) -> None:
        heaped = np.cumsum(np.asarray(weights, dtype=np.float64))
        self._bounds = heaped / heaped[-1]

    def pick(self, chances: Floats) -> Integers:
        """Return the index of a value for each of ``chances``, which are in [0, 1)."""
        found = np.searchsorted(self._bounds, chances, side="right")
        return np.minimum(found, len(self._bounds) - 1).astype(np.int64)
