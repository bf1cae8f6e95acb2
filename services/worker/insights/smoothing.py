"""Exponential smoothing with a damped trend and weekdays (Holt-Winters), which follows what has changed of late.

Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., chapter 8. A day moves what
is believed by its error, but by no more than a few usual errors, so that one odd day does not become the new normal.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from services.worker.insights.series import WEEK, Numbers

_LEVELS, _TRENDS, _WEEKDAYS, _DAMPINGS = (0.05, 0.1, 0.2, 0.35, 0.5), (0.0, 0.02, 0.1), (0.02, 0.08, 0.2), (0.9, 0.98)
_CHOICES = np.array(list(product(_LEVELS, _TRENDS, _WEEKDAYS, _DAMPINGS)))
MOST_DAYS = 2 * 365
"""That are learned from."""

_WARM_UP = 4 * WEEK
_FARTHEST = 2.5
_REMEMBERS = 0.95


@dataclass(frozen=True, slots=True)
class Smoothed:
    expected: Numbers
    """For each day, from the days before it; the first weeks are a warm-up."""
    ahead: Numbers


def smooth(values: Numbers, ahead: int, *, most: int = MOST_DAYS) -> Smoothed:
    """``values``: logarithms of at least a week. The speed of learning is the one that would have been best so far.

    Only the last ``most`` are looked at; for those before, ``expected`` is what there was.
    """
    skipped = max(0, len(values) - most)
    used = values[skipped:]
    learn, trend_learn, week_learn, damping = _CHOICES.T
    every = len(_CHOICES)
    begin = used[:_WARM_UP]
    week = np.array([np.median(begin[place::WEEK]) for place in range(WEEK)])
    level, trend = np.full(every, week.mean()), np.zeros(every)
    week = np.tile(week - week.mean(), (every, 1))
    usual = np.full(every, np.abs(np.diff(begin)).mean() + 1e-6)
    expected = np.empty((len(used), every))
    for place, value in enumerate(used):
        day = place % WEEK
        expected[place] = level + damping * trend + week[:, day]
        error = value - expected[place]
        step = np.clip(error, -_FARTHEST * usual, _FARTHEST * usual)
        usual = _REMEMBERS * usual + (1 - _REMEMBERS) * 1.25 * np.minimum(np.abs(error), 3 * usual) + 1e-9
        level = level + damping * trend + learn * step
        trend = damping * trend + learn * trend_learn * step
        week[:, day] += week_learn * (1 - learn) * step
    judged = min(_WARM_UP, len(used) - 1)
    best = int(np.argmin(np.abs(expected[judged:] - used[judged:, None]).sum(axis=0)))
    days = np.arange(1, ahead + 1)
    rising = trend[best] * np.cumsum(damping[best] ** days)
    return Smoothed(
        np.concatenate([values[:skipped], expected[:, best]]),
        level[best] + rising + week[best, (len(used) + days - 1) % WEEK],
    )
