"""Quality of forecasts and anomalies, on series whose future and whose anomalies are known."""

from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.insights_series import DailySeries, generated_days, read_days
from benchmarks.report import ResultRow, ResultTarget, Section
from services.worker.insights.anomalies import MAX_DAYS, find_anomalies
from services.worker.insights.forecast import LEVELS, Backtest, SeriesForecast, forecast, repeat_last_week, weekly_error
from services.worker.insights.series import Numbers, Series

AHEAD = 30
"""Days."""
STEP = 30
FIRST_ORIGIN = 730
WITHIN = {0.8: 75.0, 0.95: 92.0}
"""Percentage of days that must be within the ranges of 80 and 95 %."""
INJECTED = 24
FACTORS = {"two to four": (2.0, 4.0), "four to ten": (4.0, 10.0)}
RECALL, PRECISION = 80.0, 90.0

Predict = Callable[[Numbers], Numbers]


def measure(series: Path | None) -> list[Section]:
    """Measure on generated days and on those of a file. Raise ``BenchmarkError``."""
    return [
        section
        for days in (generated_days(), *([read_days(series)] if series else ()))
        for section in (_forecasts(days), _anomalies(days))
    ]


def straight_line(values: Numbers) -> Numbers:
    """Predict by linear regression on the day number alone."""
    slope, begin = np.polyfit(np.arange(len(values)), values, 1)
    return np.asarray(begin + slope * np.arange(len(values), len(values) + AHEAD))


def _forecasts(days: DailySeries) -> Section:
    origins = range(len(days.series) - AHEAD, FIRST_ORIGIN - 1, -STEP)
    backtest = Backtest(days.series, AHEAD)
    began = perf_counter()
    made = {origin: forecast(backtest, origin, AHEAD) for origin in origins}
    seconds = (perf_counter() - began) / len(made)
    ours = _scaled_error(days, origins, lambda values: made[len(values)].expected)
    naive = _scaled_error(days, origins, lambda values: repeat_last_week(values, AHEAD))
    line = _scaled_error(days, origins, straight_line)
    return Section(
        f"forecast, {AHEAD} days ahead, from {len(origins)} points of the past ({days.name})",
        [
            ResultRow(what="MASE of ours", value=ours, target=ResultTarget(0.99 * min(naive, line), at_least=False)),
            ResultRow(what="MASE of repeating the last week (seasonal naive)", value=naive),
            ResultRow(what="MASE of a straight line (linear regression)", value=line),
            *(
                ResultRow(
                    what=f"days within the range of {level:.0%}",
                    value=_percent_within(days, made, level),
                    unit="%",
                    target=ResultTarget(WITHIN[level]),
                )
                for level in LEVELS
            ),
            ResultRow(what="seconds per forecast, with the shared part counted once", value=seconds, unit="s"),
        ],
    )


def _scaled_error(days: DailySeries, origins: Iterable[int], predict: Predict) -> float:
    """Return the mean absolute error, scaled by that of repeating the week before. Unknown days are skipped."""
    errors = []
    for origin in origins:
        past = days.series.values[:origin]
        errors.append(np.nanmean(np.abs(predict(past) - days.known[origin : origin + AHEAD])) / weekly_error(past))
    return float(np.mean(errors))


def _percent_within(days: DailySeries, made: dict[int, SeriesForecast], level: float) -> float:
    within: list[bool] = []
    for origin, each in made.items():
        came, span = days.known[origin : origin + AHEAD], each.intervals[level]
        within += list(((came >= span.low) & (came <= span.high))[~np.isnan(came)])
    return 100 * float(np.mean(within))


def _anomalies(days: DailySeries) -> Section:
    untouched = _found(days.series)
    years = min(MAX_DAYS, len(days.series)) / 365
    rows = [ResultRow(what="alarms a year without injected anomalies", value=len(untouched) / years)]
    for name, (least, most) in FACTORS.items():
        series, injected = _with_anomalies(days.series, least, most)
        found = _found(series)
        # A day that is an anomaly without the injection is no false alarm.
        new = found - (untouched - injected)
        # A real series hides injected anomalies behind its own, so only generated series have a target.
        wanted = days.name == "generated"
        recall = 100 * len(found & injected) / len(injected)
        precision = 100 * len(new & injected) / max(1, len(new))
        rows += [
            ResultRow(
                what=f"found of days {name} times too high or too low",
                value=recall,
                unit="%",
                target=ResultTarget(RECALL) if wanted else None,
            ),
            ResultRow(
                what="share of injected anomalies among the new alarms",
                value=precision,
                unit="%",
                target=ResultTarget(PRECISION),
            ),
        ]
    return Section(f"anomalies, {INJECTED} injected into two years ({days.name})", rows)


def _found(series: Series) -> set[int]:
    return {(anomaly.day - series.first).days for anomaly in find_anomalies({"pageviews": series})}


def _with_anomalies(series: Series, least: float, most: float) -> tuple[Series, set[int]]:
    """Return the series with injected anomalies, half spikes and half dips, and their days."""
    rng = np.random.default_rng(7)
    values = series.values.copy()
    places = [int(place) for place in rng.choice(np.arange(len(values) - 700, len(values)), INJECTED, replace=False)]
    for number, place in enumerate(places):
        factor = rng.uniform(least, most)
        values[place] *= factor if number % 2 else 1 / factor
    return Series(series.first, np.round(values)), set(places)
