"""The definition of a visit: its columns, when it ends, and what a bounce is. ``common.dimensions`` has its dimensions.

SQL files use fragments of this module by name, such as ``${is_bounce}``. All of them call the table of visits ``v``.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from common.beacon import MAX_USER_AGENT
from common.dimensions import DIMENSION_COLUMNS, MAX_LABEL, OPENING_COLUMNS, VISIT_DIMENSIONS

SESSION_TIMEOUT = timedelta(minutes=30)
"""Inactivity after which a visit ends. A late event joins a visit that starts up to this much later."""
LONGEST_VISIT = timedelta(hours=24)
"""Duration after which a visit ends even if beacons continue to arrive."""

SESSION_TIMEOUT_MS = SESSION_TIMEOUT // timedelta(milliseconds=1)
LONGEST_VISIT_MS = LONGEST_VISIT // timedelta(milliseconds=1)

FACT_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "shard": "smallint",
        "site_id": "integer",
        "visitor_id": "uuid",
        "started_at": "timestamptz",
        "ended_at": "timestamptz",
        "pageviews": "integer",
        "events": "integer",
        "engaged_ms": "bigint",
        "screen_width": "smallint",
        "bot_reason": "text",
        "bot_verdict": "text",
        "network": "text",
        "user_agent": "text",
    }
)
"""The columns of ``visits`` that are no dimensions, with their types."""
VISIT_COLUMNS: Mapping[str, str] = MappingProxyType({**FACT_COLUMNS, **dict.fromkeys(DIMENSION_COLUMNS, "text")})
"""All columns of ``visits``, with their types."""

MAX_TEXTS: Mapping[str, int] = MappingProxyType(
    {"bot_reason": MAX_LABEL, "network": 50, "user_agent": MAX_USER_AGENT}
    | {dimension.column: dimension.max_length for dimension in VISIT_DIMENSIONS}
)
"""Characters of the longest text that the worker writes into each column, with room for those of others."""


def is_bounce(pageviews: int, events: int) -> bool:
    """Whether a visit with so many pageviews, custom events and clicks is a bounce. As ``${is_bounce}`` in SQL."""
    return pageviews <= 1 and events == 0


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f"v.{column}" for column in columns)


SQL_FRAGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "is_bounce": "v.pageviews <= 1 and v.events = 0",
        "opening_columns": _listed(OPENING_COLUMNS),
        "dimension_columns": _listed(DIMENSION_COLUMNS),
        "session_timeout": f"interval '{SESSION_TIMEOUT // timedelta(minutes=1)} minutes'",
        "longest_visit": f"interval '{LONGEST_VISIT // timedelta(days=1)} day'",
        # Generous limits that select the partitions to read. Exact conditions follow in the same statement.
        "before_visit": "interval '1 hour'",
        "visit_reach": "interval '25 hours'",
        "around_visits": "interval '2 days'",
    }
)
"""``session_timeout`` and ``longest_visit`` are exact. ``before_visit`` is more than the time by which an event can
precede the start of its visit, ``visit_reach`` is more than the longest visit, and ``around_visits`` is more than both
together."""
