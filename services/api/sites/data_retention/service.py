from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from common.clock import Clock, utc
from services.api.accounts.auth.models import Caller
from services.api.sites.data_retention.models import DataRetention, SiteRetention
from services.api.sites.data_retention.repository import DataRetentionRepository
from services.api.sites.service import SiteService


class DataRetentionService:
    def __init__(self, retention: DataRetentionRepository, sites: SiteService, clock: Clock) -> None:
        self._retention = retention
        self._sites = sites
        self._clock = clock

    async def report(self, caller: Caller, site: str | None) -> DataRetention:
        """What went, and what is to go. Raises ``SiteNotFoundError``."""
        now = utc(self._clock())
        rows = await self._retention.sites(now, await self._id(caller, site))
        return DataRetention(as_of=now, sites=tuple([await self._of(row) for row in rows]))

    async def request(self, caller: Caller, site: str | None) -> DataRetention:
        """Has the worker look again at sites that do not keep everything. Raises ``SiteNotFoundError``."""
        now = utc(self._clock())
        for row in await self._retention.sites(now, await self._id(caller, site)):
            if row["kept_from"] is not None:
                await self._retention.request(row["id"], row["kept_from"], now)
        return await self.report(caller, site)

    async def _id(self, caller: Caller, site: str | None) -> int | None:
        """None for all sites. Either way their rows are within the request's reach from here on."""
        if site is None:
            await self._sites.visible(caller)
            return None
        return (await self._sites.get(caller, site)).id

    async def _of(self, row: Any) -> SiteRetention:
        site_id, site, timezone, retention_days, kept_from = row
        begin = datetime.combine(kept_from, time(), ZoneInfo(timezone)) if kept_from else None
        return SiteRetention(
            site=site,
            retention_days=retention_days,
            kept_from=kept_from,
            expired=await self._retention.expired(site_id, begin) if begin else None,
            runs=await self._retention.runs(site_id),
        )
