"""What the worker must know of sites, asked again from time to time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.bots import BotPolicy
from common.store import load_sql
from services.worker.rollups.calendar import Calendar

FRESH_SECONDS = 5.0

_SQL = load_sql("services.worker")
_UTC = Calendar("UTC")


@dataclass(frozen=True, slots=True)
class Policies:
    """Ids of the sites that are not like the others, and the clocks of all."""

    counting_bots: frozenset[int] = frozenset()
    """Count bots like everybody."""
    deleted: frozenset[int] = frozenset()
    """Are deleted, or being deleted: nothing of them is stored."""
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    """Of every site."""


class SitePolicies:
    """``monotonic``: seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._asked_at = -FRESH_SECONDS
        self._known = Policies()
        self._calendars: dict[str, Calendar] = {}

    async def known(self, connection: Any, site_ids: Iterable[int] = ()) -> Policies:
        """As of at most ``FRESH_SECONDS`` ago, and of now when one of ``site_ids`` is not known."""
        now = self._monotonic()
        if now - self._asked_at >= FRESH_SECONDS or not self._known.calendars.keys() >= set(site_ids):
            sites = await connection.fetch(_SQL["site_policies"])
            deleted = await connection.fetch(_SQL["deleted_sites"])
            self._known = Policies(
                frozenset(site_id for site_id, bot_policy, _ in sites if bot_policy == BotPolicy.COUNT),
                frozenset(row["site_id"] for row in deleted),
                _Calendars({site_id: self._calendar(timezone) for site_id, _, timezone in sites}),
            )
            self._asked_at = now
        return self._known

    def _calendar(self, timezone: str) -> Calendar:
        """One for all sites of a zone, kept for what it remembers."""
        return self._calendars.setdefault(timezone, Calendar(timezone))


class _Calendars(dict[int, Calendar]):
    """Sites that are not there any more have UTC: what comes of them late counts for nobody."""

    def __missing__(self, _site_id: int) -> Calendar:
        return _UTC
