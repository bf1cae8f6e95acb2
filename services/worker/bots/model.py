"""Scores visitors: an isolation forest finds unusual ones, and their features give the reasons.

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
"""With fewer visitors there are no scores: too few to know what is usual."""
MIN_SCORE = 0.55
"""Higher scores are unusual; 0.5 is an average visitor."""
MIN_DEVIATION = 2.5
"""From the site's median, in robust standard deviations."""
MIN_FEATURES = 2
DECISIVE_FEATURES = frozenset({"fast", "regular", "unread", "around-the-clock"})
"""At least one reason has to be one of these, because loyal readers view many pages, too."""
_SEED = 7
_MIN_SPREAD = (0.25, 0.05, 0.35, 0.3, 0.4, 0.3, 4.0)
"""Smallest spread of each feature, so that small differences do not count where all visitors are alike. The hours of a
day have a large one, because people are active in many of them."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class VisitorScore:
    score: float
    reasons: tuple[str, ...]
    """Names of ``FEATURES``, the strongest first."""


class VisitorModel:
    """Model of one site's visitors."""

    def __init__(self, features: Sequence[Sequence[float]]) -> None:
        """``features``: those of at least ``MIN_VISITORS`` visitors."""
        known: Matrix = np.asarray(features, dtype=np.float64)
        self._median = np.median(known, axis=0)
        spread = 1.4826 * np.median(np.abs(known - self._median), axis=0)
        self._spread = np.maximum(spread, _MIN_SPREAD)
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
        scaled: Matrix = (features - self._median) / self._spread
        return scaled


def _score(score: float, scaled: Matrix) -> VisitorScore | None:
    if score < MIN_SCORE:
        return None
    unusual = sorted(
        ((z, name) for z, name in zip(scaled.tolist(), FEATURES, strict=True) if z >= MIN_DEVIATION), reverse=True
    )
    reasons = tuple(name for _, name in unusual)
    return VisitorScore(score, reasons) if len(reasons) >= MIN_FEATURES and DECISIVE_FEATURES & set(reasons) else None
