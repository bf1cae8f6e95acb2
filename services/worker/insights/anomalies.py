"""Days that were not like the calendar and the days before had it.

Each day's error is what is left when the season of the year, the weekday and the level of late are taken out, measured
in usual errors of the months before. An isolation forest (F. T. Liu, K. M. Ting and Z.-H. Zhou, Isolation Forest, 2008)
says how much a day's errors stand apart from all other days'; only what stands apart and is far off is called an
anomaly, because a forest alone would find some in any series.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sklearn.ensemble import IsolationForest

from services.worker.insights.calendar_model import fit
from services.worker.insights.series import WEEK, Numbers, Series, counts_of
from services.worker.insights.smoothing import smooth

FEWEST_DAYS = 6 * WEEK
"""Two weeks are judged then, by what is usual in the four before."""

FARTHEST_USUAL = 4.0
"""Usual errors that are nothing special, since those of real sites have long tails."""
STANDS_APART = 0.65
"""Of a forest's score: half a chance is 0.5, and 1 is a day like no other."""
SMALLEST_FACTOR = 1.3
"""Less than so many times as many, or as few, is no news, however quiet the site usually is."""

MOST_DAYS = 2 * 365
"""Older ones are nobody's concern any more."""

_WARM_UP = 4 * WEEK
_REMEMBERED = 90
_TREES = 200


@dataclass(frozen=True, slots=True)
class Anomaly:
    day: date
    metric: str
    """Of those that were looked at, the one that is farthest off."""
    value: float
    expected: float
    deviation: float
    """Usual errors; below 0 there was less than expected."""
    score: float
    """Of the forest: 0.5 is like others, 1 is like no other."""
    once_in_days: int
    """How often a day is so far off, by the days that are known."""

    @property
    def is_spike(self) -> bool:
        return self.deviation > 0


@dataclass(frozen=True, slots=True)
class _Errors:
    expected: Numbers
    factor: Numbers
    """Logarithm of value by expected."""
    deviation: Numbers


def find_anomalies(metrics: Mapping[str, Series]) -> list[Anomaly]:
    """The oldest first. ``metrics``: series of counts with the same days, at least ``FEWEST_DAYS``."""
    errors = {name: _errors(series) for name, series in metrics.items()}
    length = min(map(len, metrics.values()))
    begin = first_judged(length)
    judged = slice(begin, None)
    scores = _scores(
        np.column_stack([part[judged] for each in errors.values() for part in (each.deviation, each.factor)])
    )
    farthest = np.max([np.abs(each.deviation[judged]) for each in errors.values()], axis=0)
    found = []
    for place in np.flatnonzero((scores >= STANDS_APART) & (farthest >= FARTHEST_USUAL)):
        at = int(place) + begin
        name = max(errors, key=lambda metric: abs(errors[metric].deviation[at]))
        each = errors[name]
        if abs(each.factor[at]) < np.log(SMALLEST_FACTOR):
            continue
        found.append(
            Anomaly(
                metrics[name].day(at),
                name,
                float(metrics[name].values[at]),
                float(counts_of(each.expected[at])),
                float(each.deviation[at]),
                float(scores[place]),
                round(len(farthest) / int((farthest >= farthest[place]).sum())),
            )
        )
    return found


def first_judged(length: int) -> int:
    """Place of the first day that can be an anomaly, in a series of so many days."""
    return max(_WARM_UP, length - MOST_DAYS)


def _errors(series: Series) -> _Errors:
    logarithms = series.logarithms()
    seasons = fit(logarithms, 0, half_life=900, penalty=5).seasons
    expected = smooth(logarithms.values - seasons, 0, most=MOST_DAYS + _WARM_UP + _REMEMBERED).expected + seasons
    factor = logarithms.values - expected
    # Chance alone moves a count by its root, which is much for a few visitors.
    chance = 1 / np.sqrt(1 + counts_of(expected))
    usual = np.array([_usual(factor[max(0, at - _REMEMBERED) : at]) for at in range(len(factor))])
    return _Errors(expected, factor, factor / np.maximum(usual, chance))


def _usual(errors: Numbers) -> float:
    return float(1.4826 * np.median(np.abs(errors))) if len(errors) else 1.0


def _scores(features: Numbers) -> Numbers:
    forest = IsolationForest(n_estimators=_TREES, random_state=0, n_jobs=1).fit(features)
    return np.asarray(-forest.score_samples(features), dtype=np.float64)
