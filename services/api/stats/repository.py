"""Counting in the raw visits and events."""

import asyncio
from datetime import datetime
from typing import Any

import asyncpg

from common.store import load_sql
from services.api.stats.breakdown import Rows
from services.api.stats.compose import Question, Span, breakdown, events_by_bucket, visits_by_bucket
from services.api.stats.dimensions import Dimension
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
        asked = (Span(plan.site_id, plan.starts[0], plan.end), plan.starts, plan.filters)
        visits, events = await asyncio.gather(
            self._by_bucket(visits_by_bucket(*asked)), self._by_bucket(events_by_bucket(*asked))
        )
        return [Counts(**visits.get(number, {}), **events.get(number, {})) for number in range(1, len(plan.starts) + 1)]

    async def breakdown(self, plan: Plan, dimension: Dimension, rows: Rows) -> tuple[int, list[tuple[str, Counts]]]:
        """How many values there are in all of the plan's time, and those wanted, each with its counts."""
        span = Span(plan.site_id, plan.starts[0], plan.end)
        found = await self._fetch(breakdown(span, dimension, rows, plan.filters))
        totals = [row.pop("total") for row in found]
        return totals[0], [(row.pop("value"), Counts(**row)) for row in found if row["value"] is not None]

    async def _by_bucket(self, question: Question) -> dict[int, dict[str, Any]]:
        """Bucket, from 1 -> its counts. Buckets with nothing in them are left out."""
        return {row.pop("bucket"): row for row in await self._fetch(question)}

    async def _fetch(self, question: Question) -> list[dict[str, Any]]:
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_SQL["join_by_hash"])
            return [dict(row) for row in await connection.fetch(question.text, *question.args, timeout=_SECONDS)]
