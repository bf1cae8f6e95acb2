from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from common.insights import MOST_ATTEMPTS, InsightKind
from common.store import load_queries

_SQL = load_queries(__package__)


class Kept(NamedTuple):
    computed_at: datetime
    body: dict[str, Any]
    """With the key ``found``, or ``refused``."""


class InsightRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def newest(self, site_id: int, kind: InsightKind) -> Kept | None:
        row = await self._pool.fetchrow(_SQL["newest"], site_id, kind.value)
        return Kept(row["computed_at"], row["body"]) if row else None

    async def requested_at(self, site_id: int) -> datetime | None:
        """None: no worker is to look again."""
        asked: datetime | None = await self._pool.fetchval(_SQL["asked"], site_id, MOST_ATTEMPTS)
        return asked

    async def ask(self, site_id: int, now: datetime) -> None:
        await self._pool.execute(_SQL["ask"], site_id, now)
