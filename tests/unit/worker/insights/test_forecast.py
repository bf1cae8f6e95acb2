"""Forecasts of generated days whose pattern is known."""

from datetime import date

import numpy as np
import pytest

from benchmarks.insights_series import generate_days
from services.worker.insights.forecast import (
    MAX_AHEAD,
    MIN_DAYS,
    Backtest,
    forecast,
    horizon_of,
    repeat_last_week,
)
from services.worker.insights.series import Series

FIRST = date(2024, 1, 1)
AHEAD = 30


def series_of(values):
    return Series(FIRST, np.array(values, dtype=np.float64))


@pytest.fixture(scope="module")
def three_years():
    return series_of(generate_days(3 * 365, FIRST))


def test_forecast_beats_repeating_last_week(three_years):
    backtest = Backtest(three_years)
    ours, naive = [], []
    for length in range(730, len(three_years) - AHEAD, 45):
        actual = three_years.values[length : length + AHEAD]
        ours.append(np.abs(forecast(backtest, length, AHEAD).expected - actual).mean())
        naive.append(np.abs(repeat_last_week(three_years.values[:length], AHEAD) - actual).mean())
    assert np.mean(ours) < 0.8 * np.mean(naive)


def test_intervals_contain_stated_share_of_days(three_years):
    backtest, within = Backtest(three_years), {0.8: [], 0.95: []}
    for length in range(500, len(three_years) - AHEAD, 30):
        actual = three_years.values[length : length + AHEAD]
        for level, interval in forecast(backtest, length, AHEAD).intervals.items():
            within[level] += list((actual >= interval.low) & (actual <= interval.high))
    assert 0.7 <= np.mean(within[0.8]) <= 0.9
    assert 0.9 <= np.mean(within[0.95]) <= 0.995


def test_prediction_uses_only_days_before_it(three_years):
    changed = three_years.values.copy()
    changed[800:] *= 7
    assert np.array_equal(Backtest(three_years).at(800), Backtest(series_of(changed)).at(800))


def test_quiet_weekends_are_predicted():
    expected = forecast(Backtest(series_of([100, 100, 100, 100, 100, 20, 20] * 8)), 56, 14).expected
    assert np.allclose(expected, [100, 100, 100, 100, 100, 20, 20] * 2, rtol=0.1)


def test_single_outlier_is_not_the_new_normal():
    values = generate_days(120, FIRST)
    usual = forecast(Backtest(series_of(values)), 120, 14).expected
    values[-3] *= 30
    assert np.all(forecast(Backtest(series_of(values)), 120, 14).expected < 1.5 * usual)


def test_growth_continues_with_damping():
    values = [100 * 1.01**day for day in range(200)]
    expected = forecast(Backtest(series_of(values)), 200, MAX_AHEAD).expected
    assert values[-1] < expected[29] < values[-1] * 1.01**30
    assert np.all(np.diff(expected[7:]) > -0.05 * expected[8:])


def test_intervals_are_never_negative_and_higher_level_is_wider():
    result = forecast(Backtest(series_of(generate_days(90, FIRST, level=2))), 90, 45)
    for interval in result.intervals.values():
        assert np.all(interval.low >= 0)
        assert np.all(interval.low <= interval.high)
    assert np.all(result.intervals[0.95].high >= result.intervals[0.8].high)
    assert np.all(result.intervals[0.95].low <= result.intervals[0.8].low)


def test_short_history_has_short_horizon():
    assert [horizon_of(days) for days in (MIN_DAYS, 100, 1_000)] == [14, 50, MAX_AHEAD]
    result = forecast(Backtest(series_of(generate_days(MIN_DAYS, FIRST))), MIN_DAYS, 14)
    assert result.first == date(2024, 1, 29)
    assert np.all(np.isfinite(result.expected))
    assert result.quality is not None
    assert result.quality.trials == 2


def test_days_without_visitors_are_handled():
    result = forecast(Backtest(series_of([0] * 40 + [1] + [0] * 30)), 71, 30)
    assert np.all(np.isfinite(result.intervals[0.95].high))
    assert np.all(result.expected < 1)
