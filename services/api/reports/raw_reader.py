"""Reads counts from raw visits and events."""

import asyncio
from datetime import datetime
from typing import Any

from common.metrics import Counts
from common.rollups import Grain, RollupDimension
from common.store import Pool, load_queries
from services.api.reports.compose import Statement, VisitRange, breakdown, events_by_bucket, visits_by_bucket
from services.api.reports.params import BreakdownPage
from services.api.reports.periods import Days
from services.api.reports.plan import Plan
from services.api.reports.report_dimensions import Dimension
from services.api.reports.sample import Sample, all_visitors

_SQL = load_queries(__package__)
_SECONDS = 60
"""Timeout of a statement."""


class RawReader:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._all_visitors = all_visitors(shards)
        # Half of the connections, so that fast reads of rollups do not wait for slow reads of raw rows.
        self._gate = asyncio.Semaphore(max(1, pool.get_max_size() // 2))

    async def first_visit(self, site_id: int) -> datetime | None:
        # Shard by shard: each reads one end of an index; all shards at once would scan it.
        async with self._pool.acquire() as connection:
            found = [
                await connection.fetchval(_SQL["first_visit"], site_id, shard, timeout=_SECONDS)
                for shard in self._all_visitors.shards
            ]
        return min((start for start in found if start is not None), default=None)

    async def visits_of_days(self, site_id: int, days: Days) -> int:
        """Return the approximate number of visits, which may lack the latest."""
        known = (Grain.DAY.value, RollupDimension.TOTAL.value)
        visits: int = await self._pool.fetchval(_SQL["visits_of_days"], site_id, days.first, days.last, *known)
        return visits

    async def counts(self, plan: Plan, sample: Sample | None = None) -> list[Counts]:
        """Count each bucket of the plan, including empty ones; counts of a ``sample`` are scaled up."""
        if not plan.starts:
            return []
        sample = sample or self._all_visitors
        asked = (_span(plan, sample), plan.starts, plan.filters)
        visits, events = await asyncio.gather(
            self._by_bucket(visits_by_bucket(*asked)), self._by_bucket(events_by_bucket(*asked))
        )
        numbers = range(1, len(plan.starts) + 1)
        return [sample.scaled(Counts(**visits.get(number, {}), **events.get(number, {}))) for number in numbers]

    async def breakdown(
        self, plan: Plan, dimension: Dimension, rows: BreakdownPage, sample: Sample | None = None
    ) -> tuple[int, list[tuple[str, Counts]]]:
        """Return the number of all values, and one page of them with their counts.

        With a ``sample``: the values that occur in it, with scaled counts.
        """
        sample = sample or self._all_visitors
        found = await self.fetch(
            breakdown(_span(plan, sample), dimension, rows, plan.filters), "settings", "hash_groups"
        )
        total = int(found[0]["total"])
        return total, [(row["value"], sample.scaled(_counts(row))) for row in found if row["value"] is not None]

    async def _by_bucket(self, question: Statement) -> dict[int, dict[str, int]]:
        """Return the counts by bucket, from 1, without empty buckets."""
        return {row["bucket"]: _numbers(row) for row in await self.fetch(question, "settings", "hash_groups")}

    async def fetch(self, question: Statement, *settings: str) -> list[Any]:
        """Return the rows of a statement. ``settings``: names of the statements that configure the transaction."""
        async with self._gate, self._pool.acquire() as connection, connection.transaction(readonly=True):
            for name in settings or ("settings",):
                await connection.execute(_SQL[name])
            found: list[Any] = await connection.fetch(question.text, *question.args, timeout=_SECONDS)
            return found


def _span(plan: Plan, sample: Sample) -> VisitRange:
    return VisitRange(plan.site_id, plan.starts[0], plan.end, sample.shards)


def _counts(row: Any) -> Counts:
    return Counts(**_numbers(row))


def _numbers(row: Any) -> dict[str, int]:
    # Sums of bigint are decimals.
    return {name: int(number) for name, number in row.items() if name not in ("bucket", "total", "value")}
