from common.clock import Clock, utc
from services.api.accounts.auth.models import Caller
from services.api.operations.rollups.days import all_days, days_between
from services.api.operations.rollups.models import RebuildRequest, RollupState
from services.api.operations.rollups.repository import RollupRepository
from services.api.sites.service import SiteService


class RollupService:
    def __init__(self, rollups: RollupRepository, sites: SiteService, clock: Clock) -> None:
        self._rollups = rollups
        self._sites = sites
        self._clock = clock

    async def state(self, caller: Caller, name: str) -> RollupState:
        """Raises ``SiteNotFoundError``."""
        return await self._rollups.state((await self._sites.get(caller, name)).id)

    async def rebuild(self, caller: Caller, name: str, wanted: RebuildRequest) -> RollupState:
        """Has days made anew by a worker. Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        now = utc(self._clock())
        *_, newest = everything = list(all_days(await self._rollups.oldest_day(site.id), now.date()))
        days = days_between(wanted.from_ or everything[0], wanted.to or newest)
        await self._rollups.mark(site.id, days, now)
        return await self._rollups.state(site.id)
