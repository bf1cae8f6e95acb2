"""Anomalies: injected ones are found, and hardly any others."""

from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.insights_series import generate_days
from services.worker.insights.anomalies import MIN_DAYS, find_anomalies
from services.worker.insights.series import Series

FIRST = date(2024, 1, 1)


def found(values, **more):
    metrics = {"visitors": values, **more}
    return find_anomalies({name: Series(FIRST, np.array(each, dtype=np.float64)) for name, each in metrics.items()})


@pytest.mark.parametrize("seed", range(4))
def test_ordinary_days_are_no_anomalies(seed):
    assert len(found(generate_days(730, FIRST, seed))) <= 1


def test_spikes_and_dips_are_found_and_distinguished():
    values = generate_days(500, FIRST)
    values[300] *= 3
    values[400] //= 5
    spike, dip = found(values)
    assert (spike.day, spike.is_spike) == (FIRST + timedelta(days=300), True)
    assert (dip.day, dip.is_spike) == (FIRST + timedelta(days=400), False)
    assert spike.value == values[300]
    assert 0.6 < spike.value / spike.expected / 3 < 1.4
    assert spike.score > 0.65
    assert spike.once_in_days > 200


def test_usual_quiet_weekend_is_no_dip():
    assert found([100, 101, 99, 100, 102, 10, 9] * 20) == []


def test_small_differences_of_very_steady_site_are_ignored():
    values = [1_000_000 + day % 3 for day in range(120)]
    values[100] = 1_100_000
    assert found(values) == []


def test_metric_with_largest_deviation_is_reported():
    visitors = generate_days(200, FIRST)
    pageviews = [3 * each for each in visitors]
    pageviews[150] *= 6
    (anomaly,) = found(visitors, pageviews=pageviews)
    assert anomaly.metric == "pageviews"
    assert anomaly.value == pageviews[150]


def test_anomaly_does_not_make_next_days_anomalies():
    values = generate_days(200, FIRST)
    values[150] *= 8
    assert [each.day for each in found(values)] == [FIRST + timedelta(days=150)]


def test_last_day_of_shortest_history_can_be_an_anomaly():
    values = generate_days(MIN_DAYS, FIRST)
    values[-1] *= 6
    assert [each.day for each in found(values)] == [FIRST + timedelta(days=MIN_DAYS - 1)]
