"""What retention concerns, in the store."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from common.store import Pool, load_queries
from services.api.sites.data_retention.models import RetentionRun, Rows

_SQL = load_queries(__package__)
_COUNT_SECONDS = 20
_RUNS = 30


class DataRetentionRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    async def sites(self, now: datetime, site_id: int | None) -> Sequence[Any]:
        """Rows of ``id, site, timezone, retention_days, kept_from``, by name."""
        rows: Sequence[Any] = await self._pool.fetch(_SQL["sites"], now, site_id)
        return rows

    async def expired(self, site_id: int, begin: datetime) -> Rows | None:
        """None where there is too much to be counted in time."""
        try:
            [row] = await self._pool.fetch(_SQL["expired"], site_id, begin, self._shards, timeout=_COUNT_SECONDS)
        except TimeoutError:
            return None
        return Rows(**dict(row))

    async def runs(self, site_id: int) -> tuple[RetentionRun, ...]:
        return tuple(RetentionRun(**row) for row in await self._pool.fetch(_SQL["runs"], site_id, _RUNS))

    async def request(self, site_id: int, kept_from: date, now: datetime) -> None:
        await self._pool.execute(_SQL["request_run"], site_id, kept_from, now)
