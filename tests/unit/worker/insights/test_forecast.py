"""Forecasts, tried on made-up days whose rules are known."""

from datetime import date

import numpy as np
import pytest

from benchmarks.insights_series import generate_days
from services.worker.insights.forecast import (
    FEWEST_DAYS,
    MAX_AHEAD,
    Trials,
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


def test_it_is_nearer_than_repeating_the_last_week(three_years):
    trials = Trials(three_years)
    ours, naive = [], []
    for length in range(730, len(three_years) - AHEAD, 45):
        came = three_years.values[length : length + AHEAD]
        ours.append(np.abs(forecast(trials, length, AHEAD).expected - came).mean())
        naive.append(np.abs(repeat_last_week(three_years.values[:length], AHEAD) - came).mean())
    assert np.mean(ours) < 0.8 * np.mean(naive)


def test_the_ranges_hold_what_they_say(three_years):
    trials, within = Trials(three_years), {0.8: [], 0.95: []}
    for length in range(500, len(three_years) - AHEAD, 30):
        came = three_years.values[length : length + AHEAD]
        for level, span in forecast(trials, length, AHEAD).ranges.items():
            within[level] += list((came >= span.low) & (came <= span.high))
    assert 0.7 <= np.mean(within[0.8]) <= 0.9
    assert 0.9 <= np.mean(within[0.95]) <= 0.995


def test_nothing_after_a_day_has_a_say_in_what_is_expected_of_the_next(three_years):
    changed = three_years.values.copy()
    changed[800:] *= 7
    assert np.array_equal(Trials(three_years).at(800), Trials(series_of(changed)).at(800))


def test_quiet_weekends_are_expected():
    expected = forecast(Trials(series_of([100, 100, 100, 100, 100, 20, 20] * 8)), 56, 14).expected
    assert np.allclose(expected, [100, 100, 100, 100, 100, 20, 20] * 2, rtol=0.1)


def test_one_odd_day_is_not_the_new_normal():
    values = generate_days(120, FIRST)
    usual = forecast(Trials(series_of(values)), 120, 14).expected
    values[-3] *= 30
    assert np.all(forecast(Trials(series_of(values)), 120, 14).expected < 1.5 * usual)


def test_growth_goes_on_but_not_for_ever():
    values = [100 * 1.01**day for day in range(200)]
    expected = forecast(Trials(series_of(values)), 200, MAX_AHEAD).expected
    assert values[-1] < expected[29] < values[-1] * 1.01**30
    assert np.all(np.diff(expected[7:]) > -0.05 * expected[8:])


def test_numbers_are_never_below_nothing_and_ranges_never_grow_narrower():
    made = forecast(Trials(series_of(generate_days(90, FIRST, level=2))), 90, 45)
    for span in made.ranges.values():
        assert np.all(span.low >= 0)
        assert np.all(span.low <= span.high)
    assert np.all(made.ranges[0.95].high >= made.ranges[0.8].high)
    assert np.all(made.ranges[0.95].low <= made.ranges[0.8].low)


def test_a_short_past_lets_one_look_a_short_way_ahead():
    assert [horizon_of(days) for days in (FEWEST_DAYS, 100, 1_000)] == [14, 50, MAX_AHEAD]
    made = forecast(Trials(series_of(generate_days(FEWEST_DAYS, FIRST))), FEWEST_DAYS, 14)
    assert made.first == date(2024, 1, 29)
    assert np.all(np.isfinite(made.expected))
    assert made.quality is not None
    assert made.quality.trials == 2


def test_days_without_anybody_are_days_too():
    made = forecast(Trials(series_of([0] * 40 + [1] + [0] * 30)), 71, 30)
    assert np.all(np.isfinite(made.ranges[0.95].high))
    assert np.all(made.expected < 1)
