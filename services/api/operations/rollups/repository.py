"""The state of a site's rollups, and marking days as stale, so that a worker rebuilds them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from common.rollups.stale_days import mark_stale
from common.store import Executor, load_queries
from services.api.operations.rollups.models import RollupState

_SQL = load_queries(__package__)
_ANY_SHARD = 0
_MARGIN = timedelta(days=2)
"""More than a day can shift between any two time zones."""


class RollupRepository:
    """``database``: a pool, or a connection inside a transaction."""

    def __init__(self, database: Executor) -> None:
        self._database = database

    async def state(self, site_id: int) -> RollupState:
        [row] = await self._database.fetch(_SQL["state"], site_id)
        return RollupState(**row)

    async def mark_stale(self, site_id: int, days: Iterable[date], now: datetime) -> None:
        await mark_stale(self._database, _ANY_SHARD, ((site_id, day) for day in days), now)

    async def oldest_day(self, site_id: int) -> date | None:
        """Return the oldest day with data, which can differ by one day in the site's time zone."""
        found: date | None = await self._database.fetchval(_SQL["oldest_day"], site_id)
        return found


def days_between(first: date, last: date) -> Iterator[date]:
    """Return all days from ``first`` to ``last``, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def all_days(oldest: date | None, today: date) -> Iterator[date]:
    """Return all days that a site can have in any time zone."""
    return days_between((oldest or today) - _MARGIN, today + _MARGIN)
