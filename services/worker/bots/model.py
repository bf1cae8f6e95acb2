"""A second opinion on visitors: an Isolation Forest finds who is unlike the others, and the habits say in what.

The forest alone takes faithful readers for programs, too: they are as rare. So whoever it finds has also to have
habits of programs, far from the site's usual ones. Imported only by processes that end: it takes 100 MB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest

from services.worker.bots.habits import HABITS

FEWEST = 100
"""Of fewer visitors no opinion is formed: nobody knows what is usual."""
SCORE = 0.55
"""From here on the forest finds somebody unusual; 0.5 is who is like the others."""
FAR = 2.5
"""Robust standard deviations from the site's median."""
HABITS_AT_LEAST = 2
TELLING = frozenset({"fast", "regular", "unread", "around-the-clock"})
"""One of the habits has to be one of these: many pages are a reader's, too."""
_SEED = 7
_LEAST_SPREAD = (0.25, 0.05, 0.35, 0.3, 0.4, 0.3, 4.0)
"""Of each habit; where all visitors are the same, little differences are none. Of the hours of a day: whoever is
awake may come in many of them."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Opinion:
    score: float
    reasons: tuple[str, ...]
    """Of ``HABITS``, the strongest first."""


class Model:
    """Of one site's visitors."""

    def __init__(self, habits: Sequence[Sequence[float]]) -> None:
        """``habits``: of at least ``FEWEST`` visitors."""
        known: Matrix = np.asarray(habits, dtype=np.float64)
        self._middle = np.median(known, axis=0)
        spread = 1.4826 * np.median(np.abs(known - self._middle), axis=0)
        self._spread = np.maximum(spread, _LEAST_SPREAD)
        self._forest = IsolationForest(n_estimators=200, max_samples=min(512, len(known)), random_state=_SEED, n_jobs=1)
        self._forest.fit(self._scaled(known))

    def opinions(self, habits: Sequence[Sequence[float]]) -> list[Opinion | None]:
        """Of each visitor; None: nothing speaks against its being a person."""
        if not habits:
            return []
        scaled = self._scaled(np.asarray(habits, dtype=np.float64))
        scores = -self._forest.score_samples(scaled)
        return [_opinion(float(score), row) for score, row in zip(scores, scaled, strict=True)]

    def _scaled(self, habits: Matrix) -> Matrix:
        scaled: Matrix = (habits - self._middle) / self._spread
        return scaled


def _opinion(score: float, scaled: Matrix) -> Opinion | None:
    if score < SCORE:
        return None
    far = sorted(((z, name) for z, name in zip(scaled.tolist(), HABITS, strict=True) if z >= FAR), reverse=True)
    reasons = tuple(name for _, name in far)
    return Opinion(score, reasons) if len(reasons) >= HABITS_AT_LEAST and TELLING & set(reasons) else None
