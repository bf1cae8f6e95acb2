"""Time as a parameter: services take a ``Clock``; tests pass one that they control."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Gives epoch milliseconds."""


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def utc(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)
