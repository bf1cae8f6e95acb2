"""The part of a series that the calendar explains: weekdays, yearly seasons and a trend, by robust ridge regression.

Outliers (a link on a well-known page, an outage) get a low weight: iteratively reweighted least squares with Huber's
weights (P. J. Huber, Robust Estimation of a Location Parameter, 1964).
"""

from dataclasses import dataclass

import numpy as np

from services.worker.insights.series import WEEK, Numbers, Series, weekdays

YEAR = 365.25
MIN_DAYS_FOR_SEASONS = 500
"""With fewer days, a yearly season cannot be distinguished from a trend."""

_HARMONICS = 6
_ITERATIONS = 5
_HUBER = 1.345
_TREND_DAMPING = 0.98
_LEVEL_DAYS = 14
_MAX_LEVEL_STEP = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted parts, for the given days and the days after them."""

    calendar: Numbers
    """Weekday and season, of the given and the following days."""
    seasons: Numbers
    """The yearly season alone, of the given and the following days; zeros where there are too few days."""
    ahead: Numbers
    """The full prediction, of the following days."""


def fit(series: Series, ahead: int, *, decay_days: float = 540, penalty: float = 1) -> Fit:
    """Fit the model and predict ``ahead`` days.

    ``series``: logarithms. ``decay_days``: age at which a day has half the weight. ``penalty``: shrinks the seasons.
    """
    length = len(series)
    days = np.arange(length + ahead, dtype=np.float64)
    weekday = np.eye(WEEK)[weekdays(series.first, length + ahead)]
    yearly = _yearly(series, days) if length >= MIN_DAYS_FOR_SEASONS else np.empty((length + ahead, 0))
    # The trend is damped in the future: two years of growth do not continue without limit.
    trend = np.concatenate([days[:length] - length, np.cumsum(_TREND_DAMPING ** np.arange(1, ahead + 1))]) / YEAR
    features = np.hstack([weekday, yearly, trend[:, None]])
    penalties = np.diag(np.r_[np.full(WEEK, penalty / 100), np.full(features.shape[1] - WEEK, penalty)])
    weights = 0.5 ** ((length - days[:length]) / decay_days)
    coefficients = _robust_coefficients(features[:length], series.values, weights, penalties)
    expected = features @ coefficients
    calendar = expected - trend * coefficients[-1]
    level = np.clip(series.values - expected[:length], -_MAX_LEVEL_STEP, _MAX_LEVEL_STEP)[-_LEVEL_DAYS:].mean()
    return Fit(
        calendar,
        yearly @ coefficients[WEEK:-1],
        expected[length:] + level * _TREND_DAMPING ** np.arange(1, ahead + 1),
    )


def _yearly(series: Series, days: Numbers) -> Numbers:
    angles = 2 * np.pi * np.outer(days + series.first.toordinal(), np.arange(1, _HARMONICS + 1)) / YEAR
    return np.hstack([np.sin(angles), np.cos(angles)])


def _robust_coefficients(features: Numbers, values: Numbers, weights: Numbers, penalties: Numbers) -> Numbers:
    robust_weights: Numbers = weights
    coefficients: Numbers = np.zeros(features.shape[1])
    for _ in range(_ITERATIONS):
        weighted = features.T * robust_weights
        coefficients = np.asarray(np.linalg.solve(weighted @ features + penalties, weighted @ values), dtype=np.float64)
        errors = np.abs(values - features @ coefficients)
        spread = 1.4826 * np.median(errors) + 1e-9
        robust_weights = np.asarray(weights * np.minimum(1, _HUBER * spread / np.maximum(errors, 1e-12)))
    return coefficients
