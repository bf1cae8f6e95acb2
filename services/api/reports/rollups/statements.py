"""The statements over rollups and deltas, put together from their files."""

from collections.abc import Mapping
from types import MappingProxyType

from common.metrics import COUNTED, RATIOS, Metric
from common.store import load_queries
from services.api.reports.breakdown import Column

_SQL = load_queries(__package__)
VISITORS = _SQL["visitors"]


_SUM = "sum({}::float8)"
RANKS: Mapping[Column, str] = MappingProxyType(
    {Column.VALUE: "value"}
    | {Column(metric): _SUM.format(counter) for metric, counter in COUNTED.items() if metric is not Metric.VISITORS}
    | {Column(metric): ratio.sql(_SUM) for metric, ratio in RATIOS.items()}
)
"""What values are ordered by. Visitors are not among it: sums do not tell them."""
MOST, LEAST = "sum(bound)", "max(least)"
"""Bounds of the visitors."""


def by_number(values: str | None) -> str:
    """``values``: the parameter that holds the values that count; None: all do."""
    return _SQL["by_number"].format(counted=_counted(values))


def by_value(rank: str, direction: str) -> str:
    """``rank`` and ``direction`` come from our own tables, never from a caller."""
    return _SQL["by_value"].format(counted=_counted(None), rank=rank, direction=direction)


def _counted(values: str | None) -> str:
    """Which rows of rollups r and which values of deltas count."""
    conditions = {"of_rollups": "r.value", "of_deltas": "each.value"}
    return _SQL["counted"].format(
        **{mark: f"{row} = any({values}::text[])" if values else "true" for mark, row in conditions.items()}
    )
