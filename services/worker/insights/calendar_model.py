"""What the calendar explains: weekdays, seasons of the year and a trend, by robust ridge regression.

Days that are far off (a link on a well-known page, an outage) count for little: iteratively reweighted least squares
with Huber's weights (P. J. Huber, Robust Estimation of a Location Parameter, 1964).
"""

from dataclasses import dataclass

import numpy as np

from services.worker.insights.series import WEEK, Numbers, Series, weekdays

YEAR = 365.25
ENOUGH_FOR_YEARLY = 500
"""Days. With fewer, a season cannot be told from a trend."""

_HARMONICS = 6
_ROUNDS = 5
_HUBER = 1.345
_TREND_LASTS = 0.98
_LEVEL_DAYS = 14
_LARGEST_LEVEL_STEP = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Of the days that were given, and of the days after them."""

    calendar: Numbers
    """Weekday and season, of both."""
    seasons: Numbers
    """Of the year alone, of both; zeros where the days are too few to know."""
    ahead: Numbers
    """All that is expected, of the days after."""


def fit(series: Series, ahead: int, *, half_life: float = 540, penalty: float = 1) -> Fit:
    """``series``: logarithms. ``half_life``: days after which a day counts half. ``penalty``: against wild seasons."""
    length = len(series)
    every = np.arange(length + ahead, dtype=np.float64)
    weekday = np.eye(WEEK)[weekdays(series.first, length + ahead)]
    yearly = _yearly(series, every) if length >= ENOUGH_FOR_YEARLY else np.empty((length + ahead, 0))
    # The trend of the days to come dies away: what rose for two years will not rise for ever.
    trend = np.concatenate([every[:length] - length, np.cumsum(_TREND_LASTS ** np.arange(1, ahead + 1))]) / YEAR
    features = np.hstack([weekday, yearly, trend[:, None]])
    penalties = np.diag(np.r_[np.full(WEEK, penalty / 100), np.full(features.shape[1] - WEEK, penalty)])
    weights = 0.5 ** ((length - every[:length]) / half_life)
    found = _robust(features[:length], series.values, weights, penalties)
    expected = features @ found
    calendar = expected - trend * found[-1]
    level = np.clip(series.values - expected[:length], -_LARGEST_LEVEL_STEP, _LARGEST_LEVEL_STEP)[-_LEVEL_DAYS:].mean()
    return Fit(
        calendar,
        yearly @ found[WEEK:-1],
        expected[length:] + level * _TREND_LASTS ** np.arange(1, ahead + 1),
    )


def _yearly(series: Series, every: Numbers) -> Numbers:
    angles = 2 * np.pi * np.outer(every + series.first.toordinal(), np.arange(1, _HARMONICS + 1)) / YEAR
    return np.hstack([np.sin(angles), np.cos(angles)])


def _robust(features: Numbers, values: Numbers, weights: Numbers, penalties: Numbers) -> Numbers:
    """Coefficients of the features."""
    trusted: Numbers = weights
    found: Numbers = np.zeros(features.shape[1])
    for _ in range(_ROUNDS):
        weighted = features.T * trusted
        found = np.asarray(np.linalg.solve(weighted @ features + penalties, weighted @ values), dtype=np.float64)
        off = np.abs(values - features @ found)
        usual = 1.4826 * np.median(off) + 1e-9
        trusted = np.asarray(weights * np.minimum(1, _HUBER * usual / np.maximum(off, 1e-12)))
    return found
