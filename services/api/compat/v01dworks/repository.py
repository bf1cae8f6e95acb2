"""Reads numbers that only v01dworks' API returns: pages by country, and single bots."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.beacon import Kind
from common.bots import Rule
from common.store import Pool, load_queries
from services.api.reports.sample import Sample

CRAWLERS = (Rule.CRAWLER, Rule.AI_CRAWLER, Rule.PREVIEW, Rule.FEED_READER, Rule.MONITOR)
"""Rules for bots that identify themselves. All others have the type bot."""

_SQL = load_queries(__package__)
_TIMEOUT_SECONDS = 60


class DayBounds(NamedTuple):
    """When the first day starts, and when the last day ends."""

    begin: datetime
    end: datetime


class BotTraffic(NamedTuple):
    """Traffic of crawlers, or of other bots, on a day."""

    day: int
    """Number of the requested day, from 1; 0 for all time before."""
    is_crawler: bool
    views: int
    visits: int


class BotPageCounts(NamedTuple):
    path: str
    bot_views: int
    crawler_views: int


class RecentBotVisit(NamedTuple):
    visitor_id: UUID
    started_at: datetime
    reason: str
    confidence: float


class BotActivity(NamedTuple):
    visitor_id: UUID
    views: int
    reason: str


class V01dworksRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = list(range(shards))

    async def page_countries(
        self, site_id: int, days: DayBounds, sample: Sample, paths: Sequence[str]
    ) -> dict[str, dict[str, int]]:
        """Return page views by path and country ('' if unknown), largest first. Read from ``sample`` and scaled up."""
        rows = await self._fetch_joined(
            "page_countries",
            site_id=site_id,
            begin=days.begin,
            end=days.end,
            shards=list(sample.shards),
            pageview=Kind.PAGEVIEW.value,
            paths=list(paths),
        )
        found: dict[str, dict[str, int]] = {path: {} for path in paths}
        for row in rows:
            found[row["path"]][row["country"]] = round(row["views"] / sample.fraction)
        return found

    async def bots_by_day(self, site_id: int, days: Sequence[datetime], end: datetime) -> list[BotTraffic]:
        """``days``: the start of each day. ``end``: of the last day."""
        rows = await self._fetch("bots_by_day", site_id, self._shards, days, end)
        return [BotTraffic(row["day"], is_crawler(row["bot_reason"]), row["views"], row["visits"]) for row in rows]

    async def bot_pages(self, site_id: int, days: DayBounds, limit: int) -> list[BotPageCounts]:
        """Return the pages with the most views by bots, most first."""
        rows = await self._fetch_joined(
            "bot_pages",
            site_id=site_id,
            begin=days.begin,
            end=days.end,
            shards=self._shards,
            pageview=Kind.PAGEVIEW.value,
            crawlers=[rule.value for rule in CRAWLERS],
            limit=limit,
        )
        return [BotPageCounts(row["path"], row["bot_views"], row["crawler_views"]) for row in rows]

    async def bot_visits(self, site_id: int, since: datetime, limit: int) -> list[RecentBotVisit]:
        """Return the latest visits of bots, newest first."""
        rows = await self._fetch("bot_visits", site_id, self._shards, since, limit, Rule.MODEL.value)
        return [RecentBotVisit(*row.values()) for row in rows]

    async def bots(self, site_id: int, since: datetime, limit: int) -> tuple[int, list[BotActivity]]:
        """Return the number of bots, suspected ones included, and those with the most page views."""
        rows = await self._fetch("bots", site_id, self._shards, since, limit, Rule.MODEL.value)
        found = [BotActivity(row["visitor_id"], row["views"], row["bot_reason"]) for row in rows]
        return rows[0]["total"] if rows else 0, found

    async def _fetch(self, name: str, *arguments: Any) -> list[Any]:
        found: list[Any] = await self._pool.fetch(_SQL[name], *arguments, timeout=_TIMEOUT_SECONDS)
        return found

    async def _fetch_joined(self, name: str, **values: Any) -> list[Any]:
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_SQL["planner_settings"])
            found: list[Any] = await connection.fetch(*_SQL.bind(name, **values), timeout=_TIMEOUT_SECONDS)
            return found


def is_crawler(reason: str) -> bool:
    """Whether ``reason`` is a rule for bots that identify themselves."""
    return reason in CRAWLERS
