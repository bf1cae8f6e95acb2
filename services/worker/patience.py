"""Waiting longer and longer between tries of what keeps failing."""

import time
from collections.abc import Callable

_FIRST_SECONDS = 0.25
_LONGEST_SECONDS = 5.0


class Patience:
    """For each shard by itself: a conflict over one is no reason to leave the others."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._waits: dict[int, tuple[float, float]] = {}
        """By shard: not before, and how long that was to wait."""

    def is_over(self, shard: int) -> bool:
        """Whether it is time to try again."""
        return self._monotonic() >= self._waits.get(shard, (0.0, 0.0))[0]

    def failed(self, shard: int) -> float:
        """Gives how many seconds to leave it alone."""
        _, before = self._waits.get(shard, (0.0, 0.0))
        wait = min(2 * before or _FIRST_SECONDS, _LONGEST_SECONDS)
        self._waits[shard] = (self._monotonic() + wait, wait)
        return wait

    def worked(self, shard: int) -> None:
        self._waits.pop(shard, None)
