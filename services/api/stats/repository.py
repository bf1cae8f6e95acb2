"""Counting in the raw visits and events."""

import asyncio
from datetime import datetime
from typing import Any

import asyncpg

from common.beacon import Kind
from common.store import load_sql
from services.api.stats.metrics import Counts
from services.api.stats.plan import Plan

_SQL = load_sql(__package__)
_SECONDS = 60
"""A question that takes longer is ended."""


class StatsRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def first_visit(self, site_id: int) -> datetime | None:
        found: datetime | None = await self._pool.fetchval(_SQL["first_visit"], site_id, timeout=_SECONDS)
        return found

    async def counts(self, plan: Plan) -> list[Counts]:
        """One for each bucket of the plan, those with nothing in them as well."""
        if not plan.starts:
            return []
        span = (plan.site_id, plan.starts[0], plan.end, plan.starts)
        visits, events = await asyncio.gather(
            self._by_bucket("visits_by_bucket", *span),
            self._by_bucket("events_by_bucket", *span, Kind.PAGEVIEW.value, Kind.EVENT.value),
        )
        return [Counts(**visits.get(number, {}), **events.get(number, {})) for number in range(1, len(plan.starts) + 1)]

    async def _by_bucket(self, name: str, *args: Any) -> dict[int, dict[str, Any]]:
        """Bucket, from 1 -> its counts. Buckets with nothing in them are left out."""
        rows = [dict(row) for row in await self._pool.fetch(_SQL[name], *args, timeout=_SECONDS)]
        return {row.pop("bucket"): row for row in rows}
