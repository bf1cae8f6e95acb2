"""Finds anomalies: days that differ from what the calendar and the days before them predict.

The error of a day is what remains without the yearly season, the weekday and the recent level, in robust standard
deviations of the months before. An isolation forest (F. T. Liu, K. M. Ting and Z.-H. Zhou, Isolation Forest, 2008)
scores how isolated the errors of a day are. Only isolated days with large errors are anomalies, because the forest
alone would find some in any series.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sklearn.ensemble import IsolationForest

from services.worker.insights.calendar_model import fit
from services.worker.insights.series import WEEK, Numbers, Series, counts_of
from services.worker.insights.smoothing import smooth

MIN_DAYS = 6 * WEEK
"""Then two weeks are scored, by the errors of the four weeks before."""

MIN_DEVIATION = 4.0
"""In robust standard deviations. Smaller errors are common, because those of real sites have long tails."""
MIN_SCORE = 0.65
"""Scores of the forest: 0.5 is average, 1 is completely isolated."""
MIN_FACTOR = 1.3
"""A day with less than this many times as many, or as few, is not reported, however steady the site usually is."""

MAX_DAYS = 2 * 365
"""Older days are not scored."""

_WARM_UP = 4 * WEEK
_SPREAD_DAYS = 90
_TREES = 200


@dataclass(frozen=True, slots=True)
class DetectedAnomaly:
    day: date
    metric: str
    """The metric with the largest deviation."""
    value: float
    expected: float
    deviation: float
    """In robust standard deviations; negative if there was less than expected."""
    score: float
    """Score of the forest: 0.5 is average, 1 is completely isolated."""
    once_in_days: int
    """How often a day deviates that much, from the known days."""

    @property
    def is_spike(self) -> bool:
        return self.deviation > 0


@dataclass(frozen=True, slots=True)
class _Errors:
    expected: Numbers
    factor: Numbers
    """Logarithm of value by expected."""
    deviation: Numbers


def find_anomalies(metrics: Mapping[str, Series]) -> list[DetectedAnomaly]:
    """Return anomalies, the oldest first. ``metrics``: series of counts of the same days, at least ``MIN_DAYS``."""
    errors = {name: _errors(series) for name, series in metrics.items()}
    length = min(map(len, metrics.values()))
    begin = first_scored(length)
    scored = slice(begin, None)
    scores = _scores(
        np.column_stack([part[scored] for each in errors.values() for part in (each.deviation, each.factor)])
    )
    largest = np.max([np.abs(each.deviation[scored]) for each in errors.values()], axis=0)
    anomalies = []
    for position in np.flatnonzero((scores >= MIN_SCORE) & (largest >= MIN_DEVIATION)):
        index = int(position) + begin
        name = max(errors, key=lambda metric: abs(errors[metric].deviation[index]))
        error = errors[name]
        if abs(error.factor[index]) < np.log(MIN_FACTOR):
            continue
        anomalies.append(
            DetectedAnomaly(
                metrics[name].day(index),
                name,
                float(metrics[name].values[index]),
                float(counts_of(error.expected[index])),
                float(error.deviation[index]),
                float(scores[position]),
                round(len(largest) / int((largest >= largest[position]).sum())),
            )
        )
    return anomalies


def first_scored(length: int) -> int:
    """Return the index of the first day that can be an anomaly, in a series of ``length`` days."""
    return max(_WARM_UP, length - MAX_DAYS)


def _errors(series: Series) -> _Errors:
    logarithms = series.logarithms()
    seasons = fit(logarithms, 0, decay_days=900, penalty=5).seasons
    smoothed = smooth(logarithms.values - seasons, 0, max_days=MAX_DAYS + _WARM_UP + _SPREAD_DAYS)
    expected = smoothed.expected + seasons
    factor = logarithms.values - expected
    # A count varies by about its square root by chance alone, which is much for few visitors.
    chance = 1 / np.sqrt(1 + counts_of(expected))
    spread = np.array([_spread(factor[max(0, index - _SPREAD_DAYS) : index]) for index in range(len(factor))])
    return _Errors(expected, factor, factor / np.maximum(spread, chance))


def _spread(errors: Numbers) -> float:
    """Return the robust standard deviation."""
    return float(1.4826 * np.median(np.abs(errors))) if len(errors) else 1.0


def _scores(features: Numbers) -> Numbers:
    forest = IsolationForest(n_estimators=_TREES, random_state=0, n_jobs=1).fit(features)
    return np.asarray(-forest.score_samples(features), dtype=np.float64)
