"""Exponential backoff: how long to wait before the next attempt."""

import time
from collections.abc import Callable


class Backoff:
    """Delays that double with each failure, up to a limit."""

    def __init__(self, first_seconds: float, longest_seconds: float) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self._previous = 0.0

    def next_delay(self) -> float:
        """Return the seconds to wait after one more failure."""
        self._previous = min(2 * self._previous or self._first, self._longest)
        return self._previous

    def reset(self) -> None:
        """Start again at the first delay, after a success."""
        self._previous = 0.0


class ShardBackoff:
    """One backoff per shard, so that a conflict over one shard does not delay the others."""

    def __init__(
        self, first_seconds: float, longest_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = first_seconds, longest_seconds
        self._monotonic = monotonic
        self._backoffs: dict[int, Backoff] = {}
        self._not_before: dict[int, float] = {}

    def is_due(self, shard: int) -> bool:
        """Return whether the shard may be tried now."""
        return self._monotonic() >= self._not_before.get(shard, 0.0)

    def failed(self, shard: int) -> float:
        """Return the seconds during which the shard is not due."""
        delay = self._backoffs.setdefault(shard, Backoff(*self._limits)).next_delay()
        self._not_before[shard] = self._monotonic() + delay
        return delay

    def succeeded(self, shard: int) -> None:
        self._backoffs.pop(shard, None)
        self._not_before.pop(shard, None)
