"""Stores and changes funnels. ``services.api.reports.conversions`` counts their visitors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.funnels.models import (
    MAX_FUNNELS,
    Funnel,
    FunnelNameTakenError,
    FunnelNotFoundError,
    FunnelScope,
    FunnelStep,
    NewFunnel,
    NewFunnelStep,
    TooManyFunnelsError,
    UnknownGoalError,
)
from services.api.goals.models import ConversionTarget, properties_of
from services.api.goals.service import GoalService
from services.api.http.errors import InvalidField
from services.api.sites.models import Site

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step as the store has it: a goal, or a target of its own."""

    goal_id: UUID | None
    target: ConversionTarget


class FunnelRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[Funnel]:
        """By name."""
        return [_funnel(row) for row in await self._pool.fetch(_SQL["funnels"], site_id, None)]

    async def get(self, funnel_id: UUID, site_id: int) -> Funnel | None:
        row = await self._pool.fetchrow(_SQL["funnels"], site_id, funnel_id)
        return _funnel(row) if row else None

    async def add(
        self, funnel_id: UUID, site_id: int, name: str, within: FunnelScope, steps: Sequence[StoredStep], now: datetime
    ) -> bool:
        """Return False at the maximum of funnels. Raises ``FunnelNameTakenError`` or ``UnknownGoalError``."""
        return await self._put("add_funnel", (funnel_id, site_id, name, within, now, MAX_FUNNELS), steps)

    async def change(
        self, funnel_id: UUID, site_id: int, name: str, within: FunnelScope, steps: Sequence[StoredStep]
    ) -> bool:
        """False when the site has no such funnel. Raises ``FunnelNameTakenError`` or ``UnknownGoalError``."""
        return await self._put("change_funnel", (funnel_id, site_id, name, within), steps)

    async def delete(self, funnel_id: UUID, site_id: int) -> bool:
        """False when the site has no such funnel."""
        return await self._pool.fetchval(_SQL["delete_funnel"], funnel_id, site_id) is not None

    async def _put(self, query: str, args: tuple[Any, ...], steps: Sequence[StoredStep]) -> bool:
        """Store a funnel and replace its steps. The first argument is the funnel's id."""
        targets = [step.target for step in steps]
        columns = (
            [step.goal_id for step in steps],
            [target.page for target in targets],
            [target.event for target in targets],
            [dict(target.properties) for target in targets],
        )
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(_SQL[query], *args) is None:
                    return False
                await connection.execute(_SQL["delete_steps"], args[0])
                await connection.execute(_SQL["add_steps"], args[0], *columns)
        except asyncpg.UniqueViolationError:
            raise FunnelNameTakenError.for_field("name", "is already used by another funnel") from None
        except asyncpg.ForeignKeyViolationError:
            raise UnknownGoalError("one of the goals was deleted; choose another") from None
        return True


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
        return await self._get(site, _funnel_id(funnel_id))

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
        number = _funnel_id(funnel_id)
        steps = await self._steps(site, wanted.steps)
        if not await self._funnels.change(number, site.id, wanted.name, wanted.within, steps):
            raise _not_found()
        return await self._get(site, number)

    async def delete(self, site: Site, funnel_id: str) -> None:
        """Raises ``FunnelNotFoundError``."""
        if not await self._funnels.delete(_funnel_id(funnel_id), site.id):
            raise _not_found()

    async def _get(self, site: Site, number: UUID) -> Funnel:
        funnel = await self._funnels.get(number, site.id)
        if funnel is None:
            raise _not_found()
        return funnel

    async def _steps(self, site: Site, wanted: Sequence[NewFunnelStep]) -> list[StoredStep]:
        ids = {goal.name: goal.id for goal in await self._goals.of_site(site)}
        unknown = [
            InvalidField(f"steps.{number}.goal", "the goal does not exist")
            for number, step in enumerate(wanted)
            if step.goal is not None and step.goal not in ids
        ]
        if unknown:
            raise UnknownGoalError("the goal does not exist", fields=unknown)
        return [
            StoredStep(None, step.target) if step.goal is None else StoredStep(ids[step.goal], ConversionTarget())
            for step in wanted
        ]


def _funnel_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _not_found() -> FunnelNotFoundError:
    return FunnelNotFoundError("the funnel does not exist")


def _funnel(row: Any) -> Funnel:
    return Funnel(
        row["id"],
        row["name"],
        FunnelScope(row["within"]),
        tuple(_step(step) for step in row["steps"]),
        row["created_at"],
    )


def _step(stored: dict[str, Any]) -> FunnelStep:
    return FunnelStep(
        stored["goal"], ConversionTarget(stored["page"], stored["event"], properties_of(stored["properties"]))
    )
