"""Stores and changes goals. ``services.api.reports.conversions.service`` counts how often visitors reach them."""

from typing import Any
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.goals.models import (
    MAX_GOALS,
    ConversionTarget,
    Goal,
    GoalInUseError,
    GoalNameTakenError,
    GoalNotFoundError,
    NewGoal,
    TooManyGoalsError,
    properties_of,
)
from services.api.sites.models import Site

_SQL = load_queries(__package__)


class GoalRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[Goal]:
        """By name."""
        return [_goal(row) for row in await self._pool.fetch(_SQL["goals"], site_id)]

    async def get(self, goal_id: UUID, site_id: int) -> Goal | None:
        row = await self._pool.fetchrow(_SQL["goal"], goal_id, site_id)
        return _goal(row) if row else None

    async def add(self, goal: Goal, site_id: int) -> bool:
        """False when the site has the maximum number of goals. Raises ``GoalNameTakenError``."""
        columns = _columns(goal.name, goal.target)
        statement = _SQL.bind(
            "add_goal", id=goal.id, site_id=site_id, now=goal.created_at, max_goals=MAX_GOALS, **columns
        )
        try:
            return await self._pool.fetchval(*statement) is not None
        except asyncpg.UniqueViolationError:
            raise _taken() from None

    async def change(self, goal_id: UUID, site_id: int, name: str, target: ConversionTarget) -> Goal | None:
        """Return the changed goal, or None when the site has no such goal. Raises ``GoalNameTakenError``."""
        try:
            columns = _columns(name, target)
            row = await self._pool.fetchrow(*_SQL.bind("change_goal", id=goal_id, site_id=site_id, **columns))
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        return _goal(row) if row else None

    async def delete(self, goal_id: UUID, site_id: int) -> bool:
        """False when the site has no such goal. Raises ``GoalInUseError``."""
        try:
            return await self._pool.fetchval(_SQL["delete_goal"], goal_id, site_id) is not None
        except asyncpg.ForeignKeyViolationError:
            raise GoalInUseError("a funnel uses this goal; change or delete the funnel first") from None


class GoalService:
    def __init__(self, goals: GoalRepository, clock: Clock, random: Randomness) -> None:
        self._goals = goals
        self._clock = clock
        self._random = random

    async def of_site(self, site: Site) -> list[Goal]:
        """By name."""
        return await self._goals.of_site(site.id)

    async def get(self, site: Site, goal_id: str) -> Goal:
        """Raises ``GoalNotFoundError``."""
        return _found(await self._goals.get(_goal_id(goal_id), site.id))

    async def create(self, site: Site, wanted: NewGoal) -> Goal:
        """Raises ``GoalNameTakenError`` or ``TooManyGoalsError``."""
        now_ms = self._clock()
        goal = Goal(as_uuid(uuid7(now_ms, self._random(10))), wanted.name, wanted.target, utc(now_ms))
        if not await self._goals.add(goal, site.id):
            raise TooManyGoalsError(f"a site has at most {MAX_GOALS} goals")
        return goal

    async def replace(self, site: Site, goal_id: str, wanted: NewGoal) -> Goal:
        """Raises ``GoalNotFoundError`` or ``GoalNameTakenError``."""
        return _found(await self._goals.change(_goal_id(goal_id), site.id, wanted.name, wanted.target))

    async def delete(self, site: Site, goal_id: str) -> None:
        """Raises ``GoalNotFoundError`` or ``GoalInUseError``."""
        if not await self._goals.delete(_goal_id(goal_id), site.id):
            raise _not_found()


def _goal_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _found(goal: Goal | None) -> Goal:
    if goal is None:
        raise _not_found()
    return goal


def _not_found() -> GoalNotFoundError:
    return GoalNotFoundError("the goal does not exist")


def _columns(name: str, target: ConversionTarget) -> dict[str, Any]:
    return {"name": name, "page": target.page, "event": target.event, "properties": dict(target.properties)}


def _goal(row: Any) -> Goal:
    target = ConversionTarget(row["page"], row["event"], properties_of(row["properties"]))
    return Goal(row["id"], row["name"], target, row["created_at"])


def _taken() -> GoalNameTakenError:
    return GoalNameTakenError.for_field("name", "is already used by another goal")
