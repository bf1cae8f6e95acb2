"""The days to come, each with the range that it will lie in.

Half of it is what the calendar and a dying trend say (``calendar_model``), half is what exponential smoothing says of
what is left when the seasons are taken out (``smoothing``): one knows the year, the other yesterday, and they err
differently.

How far off it may be is not assumed but tried out: the same forecast is made at many points of the past, from nothing
but the days before, and what then came tells how wide a range has to be to hold what it promises.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from services.worker.insights.calendar_model import fit
from services.worker.insights.series import WEEK, Numbers, Series, counts_of
from services.worker.insights.smoothing import smooth

MAX_AHEAD = 90
FEWEST_DAYS = 4 * WEEK
LEVELS = (0.8, 0.95)
"""Of the ranges: so many of the days to come lie within."""

_FIRST_TRIAL = 3 * WEEK
_MOST_TRIALS = 48
_STEP, _SHORT_STEP = 15, 3
_MANY_DAYS = 200
_SCORED_AHEAD = 30
_SPANS = (3, 7, 14, 30, 60, MAX_AHEAD)
"""Days ahead that are judged together: up to 3, up to 7, …"""
_FEWEST_ERRORS = 20
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Range:
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class Quality:
    """Of the same forecast at points of the past, up to 30 days ahead."""

    trials: int
    error: float
    """Mean absolute scaled error: of one, the error of saying that each day of the past is as a week before
    (R. J. Hyndman and A. B. Koehler, Another look at measures of forecast accuracy, 2006)."""
    naive_error: float
    """The same of repeating the last week."""


@dataclass(frozen=True, slots=True)
class Forecast:
    first: date
    expected: Numbers
    ranges: dict[float, Range]
    quality: Quality | None
    """None: too few days to try."""


def horizon_of(days: int) -> int:
    """How far ahead so many days let one look."""
    return min(MAX_AHEAD, days // 2)


class Trials:
    """Forecasts from each point of a series, made once. ``series``: counts."""

    def __init__(self, series: Series, ahead: int = MAX_AHEAD) -> None:
        self.series = series
        self.logarithms = series.logarithms()
        self.ahead = ahead
        self._made: dict[int, Numbers] = {}

    def at(self, length: int) -> Numbers:
        """Logarithms of the days after the first ``length``, by nothing but these."""
        if length not in self._made:
            self._made[length] = _predict(self.logarithms.until(length), self.ahead)
        return self._made[length]

    def starts(self, length: int) -> range:
        """The points of the past, the newest first, from which the forecast is tried when there are ``length`` days."""
        step = _STEP if length >= _MANY_DAYS else _SHORT_STEP
        return range(length - step, _FIRST_TRIAL - 1, -step)[:_MOST_TRIALS]

    def errors(self, length: int) -> list[Numbers]:
        """What came minus what was expected, in logarithms, from each of the ``starts``, as far as it came."""
        values = self.logarithms.values[:length]
        return [_error(values[start:], self.at(start)) for start in self.starts(length)]


def forecast(trials: Trials, length: int, ahead: int) -> Forecast:
    """Of the ``ahead`` days after the first ``length`` (at least ``FEWEST_DAYS``) of the trials' series."""
    expected = trials.at(length)[:ahead]
    errors = trials.errors(length)
    ranges = {
        level: Range(
            counts_of(expected + _bounds(errors, ahead, (1 - level) / 2)),
            counts_of(expected + _bounds(errors, ahead, (1 + level) / 2)),
        )
        for level in LEVELS
    }
    return Forecast(trials.series.day(length), counts_of(expected), ranges, _quality(trials, length))


def repeat_last_week(values: Numbers, ahead: int) -> Numbers:
    """The seasonal naive forecast, that any other has to beat."""
    return np.resize(values[-WEEK:], ahead)


def weekly_error(values: Numbers) -> float:
    """How far days are from the same day a week before, on average: what errors are measured by."""
    return float(np.abs(values[WEEK:] - values[:-WEEK]).mean())


def _predict(logarithms: Series, ahead: int) -> Numbers:
    steady = fit(logarithms, ahead)
    seasons = fit(logarithms, ahead, half_life=900, penalty=5).seasons
    length = len(logarithms)
    lively = smooth(logarithms.values - seasons[:length], ahead).ahead + seasons[length:]
    return (steady.ahead + lively) / 2


def _bounds(errors: list[Numbers], ahead: int, part: float) -> Numbers:
    """For each day ahead, the error that ``part`` of all errors lie below.

    Days ahead that the past is too short for have the last known one, and more by the square root of the distance.
    """
    found, begin, last, last_end = np.empty(ahead), 0, 0.0, 1
    for end in _SPANS:
        if begin >= ahead:
            break
        known = np.concatenate([error[begin:end] for error in errors])
        if len(known) >= _FEWEST_ERRORS or begin == 0:
            last, last_end = _quantile(known, part), end
        found[begin:end] = last * np.sqrt(max(1.0, end / last_end))
        begin = end
    # A range never grows narrower with the distance.
    widen = np.maximum.accumulate if part > _MIDDLE else np.minimum.accumulate
    return np.asarray(widen(found))


def _error(came: Numbers, expected: Numbers) -> Numbers:
    known = min(len(came), len(expected))
    return came[:known] - expected[:known]


def _quantile(errors: Numbers, part: float) -> float:
    """A little further out than the sample's own, as far as the next one might lie beyond all of them."""
    count = len(errors)
    outer = min(1.0, max(part, 1 - part) * (count + 1) / count)
    return float(np.quantile(errors, outer if part > _MIDDLE else 1 - outer))


def _quality(trials: Trials, length: int) -> Quality | None:
    values = trials.series.values[:length]
    scale = weekly_error(values)
    ours, naive = [], []
    for start in trials.starts(length):
        came = values[start : start + min(_SCORED_AHEAD, trials.ahead)]
        ours.append(np.abs(came - counts_of(trials.at(start)[: len(came)])))
        naive.append(np.abs(came - repeat_last_week(values[:start], len(came))))
    if not ours or not scale:
        return None
    return Quality(len(ours), float(np.concatenate(ours).mean() / scale), float(np.concatenate(naive).mean() / scale))
