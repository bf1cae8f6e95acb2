"""Bots in the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.bots import LIFETIME_PATHS, PATHS_IN_15_MINUTES, RATE_PER_MINUTE, ModelUse
from common.store import load_queries
from services.api.bots.models import MAX_OVERRIDES, BotSettings, NewOverride, OverrideView, RecountState

_SQL = load_queries(__package__)
_SECONDS = 30
"""A question that takes longer is ended."""
_DEFAULTS = BotSettings(
    rate_per_minute=RATE_PER_MINUTE,
    paths_in_15_minutes=PATHS_IN_15_MINUTES,
    lifetime_paths=LIFETIME_PATHS,
    model=ModelUse.SHOW,
)

Row = Mapping[str, Any]


async def ask_for_recount(connection: Any, site_id: int, now: datetime, *, with_behavior: bool = False) -> None:
    """Has all of a site counted again, in the transaction that makes it want something else of its bots.

    ``with_behavior``: the behaviour of all visits is looked at again, too.
    """
    await connection.execute(_SQL["ask_for_recount"], site_id, now, with_behavior)


class BotRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: int) -> None:
        self._pool = pool
        self._shards = shards

    async def by_what(self, site_id: int, begin: datetime, end: datetime, limit: int) -> Sequence[Row]:
        span = site_id, begin, end, range(self._shards)
        rows: Sequence[Row] = await self._pool.fetch(_SQL["by_what"], *span, limit, timeout=_SECONDS)
        return rows

    async def visits(
        self, site_id: int, begin: datetime, end: datetime, chosen: Sequence[Any], limit: int, offset: int
    ) -> Sequence[Row]:
        """``chosen``: rule, network, user agent, and whether they count as people's; None: any."""
        span = site_id, begin, end, range(self._shards)
        rows: Sequence[Row] = await self._pool.fetch(
            _SQL["bot_visits"], *span, *chosen, limit, offset, timeout=_SECONDS
        )
        return rows

    async def overrides(self, site_id: int) -> tuple[OverrideView, ...]:
        return tuple(OverrideView(**row) for row in await self._pool.fetch(_SQL["overrides"], site_id))

    async def put_override(
        self, site_id: int, override_id: UUID, wanted: NewOverride, user_id: UUID, now: datetime
    ) -> UUID | None:
        """The id that it has, which is another one where there was one for the same. None: the site has too many."""
        columns = wanted.kind.value, wanted.kept_value(), wanted.action.value
        async with self._pool.acquire() as connection, connection.transaction():
            kept: UUID | None = await connection.fetchval(
                _SQL["put_override"], override_id, site_id, *columns, now, user_id, MAX_OVERRIDES
            )
            if kept is not None:
                await ask_for_recount(connection, site_id, now)
        return kept

    async def delete_override(self, site_id: int, override_id: UUID, now: datetime) -> bool:
        """False when the site has no such override."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(_SQL["delete_override"], override_id, site_id) is not None
            if found:
                await ask_for_recount(connection, site_id, now)
        return found

    async def settings(self, site_id: int) -> BotSettings:
        row = await self._pool.fetchrow(_SQL["settings"], site_id)
        return BotSettings(**row) if row else _DEFAULTS

    async def put_settings(self, site_id: int, wanted: BotSettings, now: datetime, *, with_behavior: bool) -> None:
        limits = wanted.rate_per_minute, wanted.paths_in_15_minutes, wanted.lifetime_paths
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["put_settings"], site_id, *limits, wanted.model.value)
            await ask_for_recount(connection, site_id, now, with_behavior=with_behavior)

    async def ask_for_recount(self, site_id: int, now: datetime) -> None:
        async with self._pool.acquire() as connection:
            await ask_for_recount(connection, site_id, now, with_behavior=True)

    async def recount(self, site_id: int) -> RecountState:
        row = await self._pool.fetchrow(_SQL["recount"], site_id)
        if row is None:
            return RecountState(
                running=False,
                progress=100,
                visits_seen=0,
                visits_changed=0,
                requested_at=None,
                finished_at=None,
                days_to_rebuild=0,
            )
        state = dict(row)
        shard, running = state.pop("shard"), state["finished_at"] is None
        return RecountState(running=running, progress=100 * shard / self._shards if running else 100, **state)

    async def opinions(self, site_id: int, limit: int) -> Sequence[Row]:
        rows: Sequence[Row] = await self._pool.fetch(_SQL["opinions"], site_id, limit)
        return rows
