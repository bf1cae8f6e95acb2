"""What can be done with funnels."""

from collections.abc import Sequence
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.funnels.errors import FunnelNotFoundError, TooManyFunnelsError, UnknownGoalError
from services.api.funnels.models import MAX_FUNNELS, Funnel, NewFunnel, NewStep
from services.api.funnels.repository import FunnelRepository, StoredStep
from services.api.goals.service import GoalService
from services.api.goals.targets import Target
from services.api.http.errors import WrongField
from services.api.sites.models import Site


class FunnelService:
    def __init__(self, funnels: FunnelRepository, goals: GoalService, clock: Clock, random: Randomness) -> None:
        self._funnels = funnels
        self._goals = goals
        self._clock = clock
        self._random = random

    async def of_site(self, site: Site) -> list[Funnel]:
        """By name."""
        return await self._funnels.of_site(site.id)

    async def get(self, site: Site, funnel_id: str) -> Funnel:
        """Raises ``FunnelNotFoundError``."""
        return await self._get(site, _number(funnel_id))

    async def create(self, site: Site, wanted: NewFunnel) -> Funnel:
        """Raises ``FunnelNameTakenError``, ``TooManyFunnelsError`` or ``UnknownGoalError``."""
        now_ms = self._clock()
        number = as_uuid(uuid7(now_ms, self._random(10)))
        steps = await self._steps(site, wanted.steps)
        if not await self._funnels.add(number, site.id, wanted.name, wanted.within, steps, utc(now_ms)):
            raise TooManyFunnelsError(f"a site has at most {MAX_FUNNELS} funnels")
        return await self._get(site, number)

    async def replace(self, site: Site, funnel_id: str, wanted: NewFunnel) -> Funnel:
        """Raises ``FunnelNotFoundError``, ``FunnelNameTakenError`` or ``UnknownGoalError``."""
        number = _number(funnel_id)
        steps = await self._steps(site, wanted.steps)
        if not await self._funnels.change(number, site.id, wanted.name, wanted.within, steps):
            raise _not_found()
        return await self._get(site, number)

    async def delete(self, site: Site, funnel_id: str) -> None:
        """Raises ``FunnelNotFoundError``."""
        if not await self._funnels.delete(_number(funnel_id), site.id):
            raise _not_found()

    async def _get(self, site: Site, number: UUID) -> Funnel:
        funnel = await self._funnels.get(number, site.id)
        if funnel is None:
            raise _not_found()
        return funnel

    async def _steps(self, site: Site, wanted: Sequence[NewStep]) -> list[StoredStep]:
        ids = {goal.name: goal.id for goal in await self._goals.of_site(site)}
        unknown = [
            WrongField(f"steps.{number}.goal", "the site has no such goal")
            for number, step in enumerate(wanted)
            if step.goal is not None and step.goal not in ids
        ]
        if unknown:
            raise UnknownGoalError("the site has no such goal", wrong=unknown)
        return [
            StoredStep(None, step.target) if step.goal is None else StoredStep(ids[step.goal], Target())
            for step in wanted
        ]


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _not_found() -> FunnelNotFoundError:
    return FunnelNotFoundError("the site has no such funnel")
