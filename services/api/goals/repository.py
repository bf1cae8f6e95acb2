"""Goals in the store."""

from typing import Any
from uuid import UUID

import asyncpg

from common.store import load_queries
from services.api.goals.errors import GoalInUseError, GoalNameTakenError
from services.api.goals.models import MAX_GOALS, Goal
from services.api.goals.targets import Target, properties_of
from services.api.http.errors import wrong_field

_SQL = load_queries(__package__)


class GoalRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[Goal]:
        """By name."""
        return [_goal(row) for row in await self._pool.fetch(_SQL["goals"], site_id)]

    async def get(self, goal_id: UUID, site_id: int) -> Goal | None:
        row = await self._pool.fetchrow(_SQL["goal"], goal_id, site_id)
        return _goal(row) if row else None

    async def add(self, goal: Goal, site_id: int) -> bool:
        """False when the site has as many as it may. Raises ``GoalNameTakenError``."""
        stored = (*_columns(goal.name, goal.target), goal.created_at, MAX_GOALS)
        try:
            return await self._pool.fetchval(_SQL["add_goal"], goal.id, site_id, *stored) is not None
        except asyncpg.UniqueViolationError:
            raise _taken() from None

    async def change(self, goal_id: UUID, site_id: int, name: str, target: Target) -> Goal | None:
        """The goal as it is afterwards; None when the site has no such goal. Raises ``GoalNameTakenError``."""
        try:
            row = await self._pool.fetchrow(_SQL["change_goal"], goal_id, site_id, *_columns(name, target))
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        return _goal(row) if row else None

    async def delete(self, goal_id: UUID, site_id: int) -> bool:
        """False when the site has no such goal. Raises ``GoalInUseError``."""
        try:
            return await self._pool.fetchval(_SQL["delete_goal"], goal_id, site_id) is not None
        except asyncpg.ForeignKeyViolationError:
            raise GoalInUseError("a funnel has this goal as a step; change or delete the funnel first") from None


def _columns(name: str, target: Target) -> tuple[str, str, str, dict[str, str]]:
    return name, target.page, target.event, dict(target.properties)


def _goal(row: Any) -> Goal:
    target = Target(row["page"], row["event"], properties_of(row["properties"]))
    return Goal(row["id"], row["name"], target, row["created_at"])


def _taken() -> GoalNameTakenError:
    detail, wrong = wrong_field("name", "the site has a goal of that name")
    return GoalNameTakenError(detail, wrong=wrong)
