"""What the worker must know of sites, asked again from time to time."""

from collections.abc import Callable
from typing import Any

from common.store import load_sql

FRESH_SECONDS = 5.0

_SQL = load_sql("services.worker")


class SitePolicies:
    """``monotonic``: seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._asked_at = -FRESH_SECONDS
        self._counting_bots: frozenset[int] = frozenset()

    async def counting_bots(self, connection: Any) -> frozenset[int]:
        """Ids of the sites that count bots like everybody, as of at most ``FRESH_SECONDS`` ago."""
        now = self._monotonic()
        if now - self._asked_at >= FRESH_SECONDS:
            rows = await connection.fetch(_SQL["sites_that_count_bots"])
            self._counting_bots, self._asked_at = frozenset(row["id"] for row in rows), now
        return self._counting_bots
