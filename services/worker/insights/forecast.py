"""Forecasts the next days, each with prediction intervals.

The forecast is the average of two methods that make different errors: the calendar model with a damped trend
(``calendar_model``), which knows the year, and exponential smoothing of the series without its seasons (``smoothing``),
which knows the last days.

The width of the intervals is measured, not assumed: the same forecast is made at many points of the past from the days
before them only, and the errors of these forecasts give the intervals.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from services.worker.insights.calendar_model import fit
from services.worker.insights.series import WEEK, Numbers, Series, counts_of
from services.worker.insights.smoothing import smooth

MAX_AHEAD = 90
MIN_DAYS = 4 * WEEK
LEVELS = (0.8, 0.95)
"""The share of days that each interval contains."""

_FIRST_TRIAL = 3 * WEEK
_MAX_TRIALS = 48
_STEP, _SHORT_STEP = 15, 3
_MANY_DAYS = 200
_SCORED_AHEAD = 30
_HORIZONS = (3, 7, 14, 30, 60, MAX_AHEAD)
"""Days ahead whose errors are pooled: up to 3, up to 7, …"""
_MIN_ERRORS = 20
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class PredictionInterval:
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class BacktestQuality:
    """Errors of the same forecast at points of the past, up to 30 days ahead."""

    trials: int
    error: float
    """Mean absolute scaled error: 1 is the error of predicting each day of the past by the day a week before
    (R. J. Hyndman and A. B. Koehler, Another look at measures of forecast accuracy, 2006)."""
    naive_error: float
    """The same error of repeating the last week."""


@dataclass(frozen=True, slots=True)
class SeriesForecast:
    first: date
    expected: Numbers
    intervals: dict[float, PredictionInterval]
    quality: BacktestQuality | None
    """None: too few days for a backtest."""


def horizon_of(days: int) -> int:
    """Return how many days can be forecast from ``days`` days."""
    return min(MAX_AHEAD, days // 2)


class Backtest:
    """Forecasts from points of a series, each computed once. ``series``: counts."""

    def __init__(self, series: Series, ahead: int = MAX_AHEAD) -> None:
        self.series = series
        self.logarithms = series.logarithms()
        self.ahead = ahead
        self._predictions: dict[int, Numbers] = {}

    def at(self, length: int) -> Numbers:
        """Return logarithms of the days after the first ``length``, predicted from these only."""
        if length not in self._predictions:
            self._predictions[length] = _predict(self.logarithms.until(length), self.ahead)
        return self._predictions[length]

    def starts(self, length: int) -> range:
        """Return the points of the past at which to forecast when there are ``length`` days, the newest first."""
        step = _STEP if length >= _MANY_DAYS else _SHORT_STEP
        return range(length - step, _FIRST_TRIAL - 1, -step)[:_MAX_TRIALS]

    def errors(self, length: int) -> list[Numbers]:
        """Return actual minus expected logarithms for each of the ``starts``, up to the last of ``length`` days."""
        values = self.logarithms.values[:length]
        return [_error(values[start:], self.at(start)) for start in self.starts(length)]


def forecast(backtest: Backtest, length: int, ahead: int) -> SeriesForecast:
    """Forecast the ``ahead`` days after the first ``length`` (at least ``MIN_DAYS``) of the backtest's series."""
    expected = backtest.at(length)[:ahead]
    errors = backtest.errors(length)
    intervals = {
        level: PredictionInterval(
            counts_of(expected + _bounds(errors, ahead, (1 - level) / 2)),
            counts_of(expected + _bounds(errors, ahead, (1 + level) / 2)),
        )
        for level in LEVELS
    }
    return SeriesForecast(backtest.series.day(length), counts_of(expected), intervals, _quality(backtest, length))


def repeat_last_week(values: Numbers, ahead: int) -> Numbers:
    """Return the seasonal naive forecast, which any other has to beat."""
    return np.resize(values[-WEEK:], ahead)


def weekly_error(values: Numbers) -> float:
    """Return the mean absolute difference to the same day a week before, by which errors are scaled."""
    return float(np.abs(values[WEEK:] - values[:-WEEK]).mean())


def _predict(logarithms: Series, ahead: int) -> Numbers:
    calendar = fit(logarithms, ahead)
    seasons = fit(logarithms, ahead, decay_days=900, penalty=5).seasons
    length = len(logarithms)
    smoothed = smooth(logarithms.values - seasons[:length], ahead).ahead + seasons[length:]
    return (calendar.ahead + smoothed) / 2


def _bounds(errors: list[Numbers], ahead: int, quantile: float) -> Numbers:
    """Return the ``quantile`` of the errors for each day ahead.

    Days ahead for which the past is too short get the last known value, scaled by the square root of the distance.
    """
    bounds, begin, last, last_end = np.empty(ahead), 0, 0.0, 1
    for end in _HORIZONS:
        if begin >= ahead:
            break
        known = np.concatenate([error[begin:end] for error in errors])
        if len(known) >= _MIN_ERRORS or begin == 0:
            last, last_end = _quantile(known, quantile), end
        bounds[begin:end] = last * np.sqrt(max(1.0, end / last_end))
        begin = end
    # An interval never becomes narrower with the distance.
    widen = np.maximum.accumulate if quantile > _MIDDLE else np.minimum.accumulate
    return np.asarray(widen(bounds))


def _error(actual: Numbers, expected: Numbers) -> Numbers:
    known = min(len(actual), len(expected))
    return actual[:known] - expected[:known]


def _quantile(errors: Numbers, quantile: float) -> float:
    """Return a quantile slightly further out than the sample's, because the next error may exceed all known ones."""
    count = len(errors)
    outer = min(1.0, max(quantile, 1 - quantile) * (count + 1) / count)
    return float(np.quantile(errors, outer if quantile > _MIDDLE else 1 - outer))


def _quality(backtest: Backtest, length: int) -> BacktestQuality | None:
    values = backtest.series.values[:length]
    scale = weekly_error(values)
    ours, naive = [], []
    for start in backtest.starts(length):
        actual = values[start : start + min(_SCORED_AHEAD, backtest.ahead)]
        ours.append(np.abs(actual - counts_of(backtest.at(start)[: len(actual)])))
        naive.append(np.abs(actual - repeat_last_week(values[:start], len(actual))))
    if not ours or not scale:
        return None
    return BacktestQuality(
        len(ours), float(np.concatenate(ours).mean() / scale), float(np.concatenate(naive).mean() / scale)
    )
