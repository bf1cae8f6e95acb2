"""Exponential smoothing with a damped trend and weekdays (Holt-Winters), which follows recent changes.

Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., chapter 8. Each day adjusts
the state by its error, limited to a few times the usual error, so that one anomaly does not become the new normal.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from services.worker.insights.series import WEEK, Numbers

_LEVELS, _TRENDS, _WEEKDAYS, _DAMPINGS = (0.05, 0.1, 0.2, 0.35, 0.5), (0.0, 0.02, 0.1), (0.02, 0.08, 0.2), (0.9, 0.98)
_CANDIDATES = np.array(list(product(_LEVELS, _TRENDS, _WEEKDAYS, _DAMPINGS)))
"""Every combination of smoothing parameters."""
MAX_DAYS = 2 * 365
"""Older days are not used."""

_WARM_UP = 4 * WEEK
_MAX_STEP = 2.5
"""In usual errors."""
_ERROR_DECAY = 0.95


@dataclass(frozen=True, slots=True)
class Smoothed:
    expected: Numbers
    """The prediction for each day from the days before it; the first weeks are a warm-up."""
    ahead: Numbers
    """The prediction for the days after the last one."""


def smooth(values: Numbers, ahead: int, *, max_days: int = MAX_DAYS) -> Smoothed:
    """Smooth with the parameters that predicted the past best. ``values``: logarithms of at least a week.

    Only the last ``max_days`` are used; for earlier days, ``expected`` is the value itself.
    """
    skipped = max(0, len(values) - max_days)
    used = values[skipped:]
    level_rate, trend_rate, weekday_rate, damping = _CANDIDATES.T
    candidates = len(_CANDIDATES)
    begin = used[:_WARM_UP]
    week = np.array([np.median(begin[weekday::WEEK]) for weekday in range(WEEK)])
    level, trend = np.full(candidates, week.mean()), np.zeros(candidates)
    week = np.tile(week - week.mean(), (candidates, 1))
    usual = np.full(candidates, np.abs(np.diff(begin)).mean() + 1e-6)
    expected = np.empty((len(used), candidates))
    for index, value in enumerate(used):
        day = index % WEEK
        expected[index] = level + damping * trend + week[:, day]
        error = value - expected[index]
        step = np.clip(error, -_MAX_STEP * usual, _MAX_STEP * usual)
        usual = _ERROR_DECAY * usual + (1 - _ERROR_DECAY) * 1.25 * np.minimum(np.abs(error), 3 * usual) + 1e-9
        level = level + damping * trend + level_rate * step
        trend = damping * trend + level_rate * trend_rate * step
        week[:, day] += weekday_rate * (1 - level_rate) * step
    scored_from = min(_WARM_UP, len(used) - 1)
    best = int(np.argmin(np.abs(expected[scored_from:] - used[scored_from:, None]).sum(axis=0)))
    days = np.arange(1, ahead + 1)
    growth = trend[best] * np.cumsum(damping[best] ** days)
    return Smoothed(
        np.concatenate([values[:skipped], expected[:, best]]),
        level[best] + growth + week[best, (len(used) + days - 1) % WEEK],
    )
