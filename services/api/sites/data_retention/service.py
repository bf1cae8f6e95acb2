"""Reports what data retention deletes, and requests its runs, which the worker does."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from asyncpg import Record

from common.clock import Clock, utc
from common.store import Pool, load_queries
from services.api.accounts.auth.models import Caller
from services.api.sites.data_retention.models import (
    DataRetention,
    DataRetentionRun,
    RetentionCounts,
    SiteDataRetention,
)
from services.api.sites.service import SiteService

_SQL = load_queries(__package__)
_COUNT_TIMEOUT_SECONDS = 20
_MAX_RUNS = 30


class DataRetentionRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    async def sites(self, now: datetime, site_id: int | None) -> Sequence[Record]:
        """Return rows of ``id, site, timezone, retention_days, kept_from``, by name."""
        return await self._pool.fetch(_SQL["sites"], now, site_id)

    async def expired(self, site_id: int, begin: datetime) -> RetentionCounts | None:
        """Return None if there is too much data to count in time."""
        try:
            [row] = await self._pool.fetch(
                _SQL["expired"], site_id, begin, self._shards, timeout=_COUNT_TIMEOUT_SECONDS
            )
        except TimeoutError:
            return None
        return RetentionCounts(**row)

    async def runs(self, site_id: int) -> tuple[DataRetentionRun, ...]:
        return tuple(DataRetentionRun(**row) for row in await self._pool.fetch(_SQL["runs"], site_id, _MAX_RUNS))

    async def request(self, site_id: int, kept_from: date, now: datetime) -> None:
        await self._pool.execute(_SQL["request_run"], site_id, kept_from, now)


class DataRetentionService:
    def __init__(self, retention: DataRetentionRepository, sites: SiteService, clock: Clock) -> None:
        self._retention = retention
        self._sites = sites
        self._clock = clock

    async def report(self, caller: Caller, site: str | None) -> DataRetention:
        """Return what was deleted, and what will be. Raises ``SiteNotFoundError``."""
        now = utc(self._clock())
        rows = await self._retention.sites(now, await self._site_id(caller, site))
        return DataRetention(as_of=now, sites=tuple([await self._site_retention(row) for row in rows]))

    async def request(self, caller: Caller, site: str | None) -> DataRetention:
        """Request a run for each site that does not keep everything. Raises ``SiteNotFoundError``."""
        now = utc(self._clock())
        for row in await self._retention.sites(now, await self._site_id(caller, site)):
            if row["kept_from"] is not None:
                await self._retention.request(row["id"], row["kept_from"], now)
        return await self.report(caller, site)

    async def _site_id(self, caller: Caller, site: str | None) -> int | None:
        """Return None for all sites. In both cases, the request is allowed to access their rows from now on."""
        if site is None:
            await self._sites.visible(caller)
            return None
        return (await self._sites.get(caller, site)).id

    async def _site_retention(self, row: Record) -> SiteDataRetention:
        kept_from = row["kept_from"]
        begin = datetime.combine(kept_from, time(), ZoneInfo(row["timezone"])) if kept_from else None
        return SiteDataRetention(
            site=row["site"],
            retention_days=row["retention_days"],
            kept_from=kept_from,
            expired=await self._retention.expired(row["id"], begin) if begin else None,
            runs=await self._retention.runs(row["id"]),
        )
