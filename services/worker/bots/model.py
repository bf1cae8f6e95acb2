"""Scores visitors: an Isolation Forest finds those unlike the others, their features say why.

The forest alone also finds loyal readers, who are as rare as bots. So a bot must also have features of bots, far from
the site's usual ones. Imported only by short-lived processes, because scikit-learn takes 100 MB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest

from services.worker.bots.features import FEATURES

MIN_VISITORS = 100
"""With fewer visitors nobody is scored: too few to know what is usual."""
SCORE = 0.55
"""Scores from here on are unusual; 0.5 is an average visitor."""
FAR = 2.5
"""Robust standard deviations from the site's median."""
MIN_FEATURES = 2
TELLING = frozenset({"fast", "regular", "unread", "around-the-clock"})
"""One of the features has to be one of these, since readers view many pages, too."""
_SEED = 7
_LEAST_SPREAD = (0.25, 0.05, 0.35, 0.3, 0.4, 0.3, 4.0)
"""Smallest spread of each feature, so that small differences do not count where all visitors are alike. That of the
hours of a day is large, since people are awake in many of them."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class VisitorScore:
    score: float
    reasons: tuple[str, ...]
    """Names of ``FEATURES``, the strongest first."""


class Model:
    """Model of one site's visitors."""

    def __init__(self, features: Sequence[Sequence[float]]) -> None:
        """``features``: those of at least ``MIN_VISITORS`` visitors."""
        known: Matrix = np.asarray(features, dtype=np.float64)
        self._middle = np.median(known, axis=0)
        spread = 1.4826 * np.median(np.abs(known - self._middle), axis=0)
        self._spread = np.maximum(spread, _LEAST_SPREAD)
        self._forest = IsolationForest(n_estimators=200, max_samples=min(512, len(known)), random_state=_SEED, n_jobs=1)
        self._forest.fit(self._scaled(known))

    def scores(self, features: Sequence[Sequence[float]]) -> list[VisitorScore | None]:
        """Return the score of each visitor; None for a human."""
        if not features:
            return []
        scaled = self._scaled(np.asarray(features, dtype=np.float64))
        scores = -self._forest.score_samples(scaled)
        return [_score(float(score), row) for score, row in zip(scores, scaled, strict=True)]

    def _scaled(self, features: Matrix) -> Matrix:
        scaled: Matrix = (features - self._middle) / self._spread
        return scaled


def _score(score: float, scaled: Matrix) -> VisitorScore | None:
    if score < SCORE:
        return None
    far = sorted(((z, name) for z, name in zip(scaled.tolist(), FEATURES, strict=True) if z >= FAR), reverse=True)
    reasons = tuple(name for _, name in far)
    return VisitorScore(score, reasons) if len(reasons) >= MIN_FEATURES and TELLING & set(reasons) else None
