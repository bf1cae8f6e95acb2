"""Writes reports as CSV (RFC 4180, with a header row), for spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import zip_longest
from typing import Any

from common.metrics import Metric
from common.text import escape_formula
from services.api.reports.metric_families import MetricFamily, Metrics, family_of
from services.api.reports.models import Breakdown, Summary, Timeseries

_COMPARED = "compared_"
_CONVERSION = "conversion_rate"

MetricSet = frozenset[Metric]
"""Metrics to include; empty: all."""


def summary_table(report: Summary, included: MetricSet) -> str:
    """Write one row, and one for the compared days."""
    names = _names(MetricFamily.TOTAL, included)
    rows = [[report.first_day, report.last_day, *_values(report, names)]]
    if report.comparison:
        days = report.comparison
        rows.append([days.first_day, days.last_day, *_values(days, names)])
    return _table(["from", "to", *names], rows)


def timeseries_table(report: Timeseries, included: MetricSet) -> str:
    """Write one row per bucket. Compared buckets are in further columns, first next to first."""
    names = _names(MetricFamily.TOTAL, included)
    columns = ["time", *names]
    if report.comparison is None:
        return _table(columns, ([point.time, *_values(point, names)] for point in report.points))
    pairs = zip_longest(
        ([point.time, *_values(point, names)] for point in report.points),
        ([point.time, *_values(point, names)] for point in report.comparison.points),
        fillvalue=[None] * len(columns),
    )
    return _table(
        [*columns, *(_COMPARED + column for column in columns)], (current + compared for current, compared in pairs)
    )


def breakdown_table(report: Breakdown, included: MetricSet) -> str:
    names = _names(family_of(report.dimension), included)
    columns = [*names, _CONVERSION] if report.goal else names
    if report.compared_days is None:
        return _table([report.dimension, *columns], ([row.value, *_values(row, columns)] for row in report.rows))
    return _table(
        [report.dimension, *columns, *(_COMPARED + name for name in names)],
        ([row.value, *_values(row, columns), *_values(row.comparison or Metrics(), names)] for row in report.rows),
    )


def _names(family: MetricFamily, included: MetricSet) -> list[str]:
    return [metric.value for metric in Metric if metric in family.metrics and (not included or metric in included)]


def _values(metrics: Metrics, names: Sequence[str]) -> list[Any]:
    return [getattr(metrics, name) for name in names]


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, columns))
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return escape_formula(value) if isinstance(value, str) else value
