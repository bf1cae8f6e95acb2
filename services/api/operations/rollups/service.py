from common.clock import Clock, utc
from services.api.accounts.auth.models import Caller
from services.api.operations.rollups.models import RebuildRequest, RollupState
from services.api.operations.rollups.repository import RollupRepository, all_days, days_between
from services.api.sites.service import SiteService


class RollupService:
    def __init__(self, rollups: RollupRepository, sites: SiteService, clock: Clock) -> None:
        self._rollups = rollups
        self._sites = sites
        self._clock = clock

    async def state(self, caller: Caller, name: str) -> RollupState:
        """Raises ``SiteNotFoundError``."""
        return await self._rollups.state((await self._sites.get(caller, name)).id)

    async def rebuild(self, caller: Caller, name: str, body: RebuildRequest) -> RollupState:
        """Mark days as stale, so that a worker rebuilds them. Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        now = utc(self._clock())
        first, *_, last = all_days(await self._rollups.oldest_day(site.id), now.date())
        await self._rollups.mark_stale(site.id, days_between(body.from_ or first, body.to or last), now)
        return await self._rollups.state(site.id)
