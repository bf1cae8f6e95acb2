"""The statements over rollups and deltas, put together from their files."""

from common.store import load_sql

_SQL = load_sql(__package__)
VISITORS = _SQL["visitors"]


def by_number(values: str | None) -> str:
    """``values``: the parameter that holds the values that count; None: all do."""
    return _SQL["by_number"].format(counted=_counted(values))


def by_value(order: str, direction: str, values: str | None) -> str:
    """``order`` and ``direction`` come from our own tables, never from a caller."""
    return _SQL["by_value"].format(counted=_counted(values), order=order, direction=direction)


def _counted(values: str | None) -> str:
    """Which rows of rollups r and which values of deltas count."""
    conditions = {"of_rollups": "r.value", "of_deltas": "each.value"}
    return _SQL["counted"].format(
        **{mark: f"{row} = any({values}::text[])" if values else "true" for mark, row in conditions.items()}
    )
