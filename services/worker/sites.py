"""What the worker must know of sites, asked again from time to time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.store import load_sql

FRESH_SECONDS = 5.0

_SQL = load_sql("services.worker")


@dataclass(frozen=True, slots=True)
class Policies:
    """Ids of the sites that are not like the others."""

    counting_bots: frozenset[int] = frozenset()
    """Count bots like everybody."""
    deleted: frozenset[int] = frozenset()
    """Are deleted, or being deleted: nothing of them is stored."""


class SitePolicies:
    """``monotonic``: seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._asked_at = -FRESH_SECONDS
        self._known = Policies()

    async def known(self, connection: Any) -> Policies:
        """As of at most ``FRESH_SECONDS`` ago."""
        now = self._monotonic()
        if now - self._asked_at >= FRESH_SECONDS:
            bots = await connection.fetch(_SQL["sites_that_count_bots"])
            deleted = await connection.fetch(_SQL["deleted_sites"])
            self._known = Policies(frozenset(row["id"] for row in bots), frozenset(row["site_id"] for row in deleted))
            self._asked_at = now
        return self._known
