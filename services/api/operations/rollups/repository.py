from collections.abc import Iterable
from datetime import date, datetime

from common.rollups.stale_days import mark_stale
from common.store import Executor, load_queries
from services.api.operations.rollups.models import RollupState

_SQL = load_queries(__package__)
_ANY_SHARD = 0


class RollupRepository:
    """On a pool, or on a connection inside a transaction."""

    def __init__(self, database: Executor) -> None:
        self._database = database

    async def state(self, site_id: int) -> RollupState:
        [row] = await self._database.fetch(_SQL["state"], site_id)
        return RollupState(**row)

    async def mark(self, site_id: int, days: Iterable[date], now: datetime) -> None:
        await mark_stale(self._database, _ANY_SHARD, ((site_id, day) for day in days), now)

    async def oldest_day(self, site_id: int) -> date | None:
        """By any calendar a day off at most."""
        found: date | None = await self._database.fetchval(_SQL["oldest_day"], site_id)
        return found
