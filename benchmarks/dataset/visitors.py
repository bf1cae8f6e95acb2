"""New and returning visitors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.dataset.draws import Integers, Words, mixed

_NEW = 0.585
"""Share of visits by new visitors; about 0.6 in the result, where visits too soon after another become new ones."""
_SOON, _SOON_DAYS, _LATE_DAYS = 0.4, 1.0, 50.0
"""Share of visitors who return within days rather than months, and the average days of both groups."""
SPACING_MS = 2 * 60 * 60 * 1000
"""Minimum time between the starts of two visits of one visitor: longer than a visit and its timeout."""
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Identity:
    """How ingest identifies visitors."""

    ids: npt.NDArray[np.uint64]
    """Rows of two words."""
    shards: Integers


def identify(numbers: Integers, seed: int, shards: int) -> Identity:
    """Return the ids of visitors by number, and the shards to which the collector assigns them."""
    first: Words = mixed(numbers, seed * 1000 + 1)
    ids = np.stack([first, mixed(numbers, seed * 1000 + 2)], axis=1)
    return Identity(ids, ((first >> np.uint64(32)) % np.uint64(shards)).astype(np.int64))


class Visitors:
    """All visitors so far, numbered from 0 in about the order of their first visits."""

    def __init__(self) -> None:
        self.count = 0
        self._first = np.empty(0, dtype=np.int64)
        self._last = np.empty(0, dtype=np.int64)

    @property
    def first_visits(self) -> Integers:
        """Return when each visitor's first visit began, in epoch milliseconds."""
        return self._first[: self.count]

    @property
    def last_visits(self) -> Integers:
        return self._last[: self.count]

    def assign(self, starts: Integers, chance: np.random.Generator) -> Integers:
        """Return the number of each visit's visitor. ``starts``: when the visits of the next day begin, in order."""
        count = len(starts)
        is_new = chance.random(count) < _NEW
        if count and not self.count:
            is_new[0] = True
        known = self.count + np.cumsum(is_new)
        days = chance.exponential(np.where(chance.random(count) < _SOON, _SOON_DAYS, _LATE_DAYS))
        ago = (days * max(1, is_new.sum())).astype(np.int64)
        numbers = np.where(is_new, known - 1, (known - 1 - ago) % np.maximum(known, 1))
        too_soon = self._too_soon(numbers, starts)
        numbers[too_soon] = self.count + is_new.sum() + np.arange(too_soon.sum())
        self._note(numbers, starts, self.count + int(is_new.sum()) + int(too_soon.sum()))
        return numbers

    def _too_soon(self, numbers: Integers, starts: Integers) -> npt.NDArray[np.bool_]:
        order = np.lexsort((starts, numbers))
        same = numbers[order][1:] == numbers[order][:-1]
        close = np.diff(starts[order]) < SPACING_MS
        found = np.zeros(len(numbers), dtype=bool)
        found[order[1:]] = same & close
        known = numbers < self.count
        found[known] |= starts[known] - self._last[numbers[known]] < SPACING_MS
        return found

    def _note(self, numbers: Integers, starts: Integers, count: int) -> None:
        if count > len(self._first):
            more = max(count, 2 * len(self._first)) - len(self._first)
            self._first = np.concatenate([self._first, np.full(more, _NEVER)])
            self._last = np.concatenate([self._last, np.zeros(more, dtype=np.int64)])
        np.minimum.at(self._first, numbers, starts)
        np.maximum.at(self._last, numbers, starts)
        self.count = count
