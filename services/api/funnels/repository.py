"""Funnels in the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.store import load_queries
from services.api.funnels.errors import FunnelNameTakenError, UnknownGoalError
from services.api.funnels.models import MAX_FUNNELS, Funnel, Step, Within
from services.api.goals.targets import Target, properties_of
from services.api.http.errors import wrong_field

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class StoredStep:
    """Either a goal, or a target that is not empty."""

    goal_id: UUID | None
    target: Target


class FunnelRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[Funnel]:
        """By name."""
        return [_funnel(row) for row in await self._pool.fetch(_SQL["funnels"], site_id, None)]

    async def get(self, funnel_id: UUID, site_id: int) -> Funnel | None:
        row = await self._pool.fetchrow(_SQL["funnels"], site_id, funnel_id)
        return _funnel(row) if row else None

    async def add(
        self, funnel_id: UUID, site_id: int, name: str, within: Within, steps: Sequence[StoredStep], now: datetime
    ) -> bool:
        """False when the site has as many as it may. Raises ``FunnelNameTakenError`` or ``UnknownGoalError``."""
        return await self._put("add_funnel", (funnel_id, site_id, name, within, now, MAX_FUNNELS), steps)

    async def change(
        self, funnel_id: UUID, site_id: int, name: str, within: Within, steps: Sequence[StoredStep]
    ) -> bool:
        """False when the site has no such funnel. Raises ``FunnelNameTakenError`` or ``UnknownGoalError``."""
        return await self._put("change_funnel", (funnel_id, site_id, name, within), steps)

    async def delete(self, funnel_id: UUID, site_id: int) -> bool:
        """False when the site has no such funnel."""
        return await self._pool.fetchval(_SQL["delete_funnel"], funnel_id, site_id) is not None

    async def _put(self, query: str, args: tuple[Any, ...], steps: Sequence[StoredStep]) -> bool:
        """The first argument is the funnel's id. Its steps take the place of those that it had."""
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
            detail, wrong = wrong_field("name", "the site has a funnel of that name")
            raise FunnelNameTakenError(detail, wrong=wrong) from None
        except asyncpg.ForeignKeyViolationError:
            raise UnknownGoalError("a goal among the steps was deleted at this moment") from None
        return True


def _funnel(row: Any) -> Funnel:
    return Funnel(
        row["id"], row["name"], Within(row["within"]), tuple(_step(step) for step in row["steps"]), row["created_at"]
    )


def _step(stored: dict[str, Any]) -> Step:
    return Step(stored["goal"], Target(stored["page"], stored["event"], properties_of(stored["properties"])))
