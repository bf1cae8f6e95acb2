"""What the older API tells and no report of ours has: pages by country, and programs one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from common.beacon import Kind
from common.bots import Rule
from common.store import load_queries
from services.api.reports.sample import Sample

CRAWLERS = (Rule.CRAWLER, Rule.AI_CRAWLER, Rule.PREVIEW, Rule.FEED_READER, Rule.MONITOR)
"""Programs that say what they are. All others are bots."""

_SQL = load_queries(__package__)
_SECONDS = 60


class Span(NamedTuple):
    begin: datetime
    end: datetime


class BotCount(NamedTuple):
    day: int
    """Which of the days asked for, from 1; 0 is all the time before."""
    is_crawler: bool
    views: int
    visits: int


class BotPageViews(NamedTuple):
    path: str
    bot_views: int
    crawler_views: int


class BotVisit(NamedTuple):
    visitor_id: UUID
    started_at: datetime
    reason: str
    confidence: float


class Bot(NamedTuple):
    visitor_id: UUID
    views: int
    reason: str


class SeedRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: int) -> None:
        self._pool = pool
        self._shards = list(range(shards))

    async def page_countries(
        self, site_id: int, span: Span, sample: Sample, paths: Sequence[str]
    ) -> dict[str, dict[str, int]]:
        """Path -> country, or '' -> page views, the most first; of a ``sample``, scaled up."""
        shards = list(sample.shards)
        arguments = (site_id, *span, shards, Kind.PAGEVIEW.value, list(paths))
        rows = await self._fetch_joined("page_countries", *arguments)
        found: dict[str, dict[str, int]] = {path: {} for path in paths}
        for row in rows:
            found[row["path"]][row["country"]] = round(row["views"] / sample.fraction)
        return found

    async def bots_by_day(self, site_id: int, days: Sequence[datetime], end: datetime) -> list[BotCount]:
        """``days``: when each begins, the last one until ``end``."""
        rows = await self._fetch("bots_by_day", site_id, self._shards, days, end)
        return [BotCount(row["day"], is_crawler(row["bot_reason"]), row["views"], row["visits"]) for row in rows]

    async def bot_pages(self, site_id: int, span: Span, most: int) -> list[BotPageViews]:
        """Those with most views first."""
        crawlers = [rule.value for rule in CRAWLERS]
        arguments = (site_id, *span, self._shards, Kind.PAGEVIEW.value, crawlers, most)
        rows = await self._fetch_joined("bot_pages", *arguments)
        return [BotPageViews(row["path"], row["bot_views"], row["crawler_views"]) for row in rows]

    async def bot_visits(self, site_id: int, since: datetime, most: int) -> list[BotVisit]:
        """The newest first."""
        rows = await self._fetch("bot_visits", site_id, self._shards, since, most, Rule.MODEL.value)
        return [BotVisit(*row.values()) for row in rows]

    async def bots(self, site_id: int, since: datetime, most: int) -> tuple[int, list[Bot]]:
        """How many there are, with those whom only the model suspects; and those with most page views."""
        rows = await self._fetch("bots", site_id, self._shards, since, most, Rule.MODEL.value)
        found = [Bot(row["visitor_id"], row["views"], row["bot_reason"]) for row in rows]
        return rows[0]["everybody"] if rows else 0, found

    async def _fetch(self, name: str, *arguments: Any) -> list[Any]:
        found: list[Any] = await self._pool.fetch(_SQL[name], *arguments, timeout=_SECONDS)
        return found

    async def _fetch_joined(self, name: str, *arguments: Any) -> list[Any]:
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_SQL["settings"])
            found: list[Any] = await connection.fetch(_SQL[name], *arguments, timeout=_SECONDS)
            return found


def is_crawler(reason: str) -> bool:
    return reason in CRAWLERS
