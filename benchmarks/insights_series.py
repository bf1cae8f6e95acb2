"""Series of days for the insights benchmarks, from a file or generated."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.processes import BenchmarkError
from services.worker.insights.series import WEEK, Numbers, Series

_FIRST = date(2020, 1, 1)
_YEARS = 5


class DailySeries(NamedTuple):
    series: Series
    """Without gaps: a missing day has the value of the same weekday before."""
    known: Numbers
    """The same, with NaN for missing days."""
    name: str


def read_days(file: Path) -> DailySeries:
    """Read a CSV file with a heading and, in each line, a day and the natural logarithm of its page views.

    Raise ``BenchmarkError``.
    """
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = {date.fromisoformat(day): np.exp(float(value)) for day, value in list(csv.reader(lines))[1:]}
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"{file}: {error}") from None
    first, last = min(rows), max(rows)
    known = np.array([rows.get(first + timedelta(days=place), np.nan) for place in range((last - first).days + 1)])
    whole = known.copy()
    for place in np.flatnonzero(np.isnan(whole)):
        whole[place] = whole[place - WEEK] if place >= WEEK else np.nanmedian(known[: 2 * WEEK])
    return DailySeries(Series(first, whole), known, file.stem)


def generated_days() -> DailySeries:
    """Return five years that grow by a third a year, busier in winter, with better and worse weeks."""
    counts = np.array(generate_days(_YEARS * 365, _FIRST, growth=0.3), dtype=np.float64)
    return DailySeries(Series(_FIRST, counts), counts, "generated")


def generate_days(count: int, first: date, seed: int = 1, level: float = 400, growth: float = 0) -> list[int]:
    """Return visitors of consecutive days, with quiet weekends, seasons and noise. ``growth``: per year."""
    rng = np.random.default_rng(seed)
    days = np.arange(count)
    weekday = np.array([0.1, 0.15, 0.12, 0.1, 0.0, -0.35, -0.3])[(days + first.weekday()) % WEEK]
    season = 0.25 * np.sin(2 * np.pi * (days + first.toordinal()) / 365.25)
    drift = np.zeros(count)
    for day in range(1, count):
        drift[day] = 0.8 * drift[day - 1] + rng.normal(0, 0.04)
    trend = np.log1p(growth) * days / 365.25
    return [int(value) for value in rng.poisson(np.exp(np.log(level) + trend + weekday + season + drift))]
