"""Bots, in the terms of v01dworks' API."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from uuid import UUID

from common.bots import RULES, Rule
from common.clock import Clock, utc
from services.api.compat.v01dworks.models import (
    BotDay,
    BotLog,
    BotPage,
    BotStats,
    BotSummary,
    BotTotals,
    BotType,
    DetectedBot,
    DetectedBots,
)
from services.api.compat.v01dworks.repository import BotTraffic, DayBounds, V01dworksRepository, is_crawler
from services.api.reports.buckets import Interval, bounds, starts
from services.api.reports.periods import Days
from services.api.sites.models import Site

DAYS = 30
MAX_BOTS = 100
MAX_PAGES, TOP_PAGES = 100, 10
MAX_LOGS, RECENT_LOGS = 50, 20


class V01dworksBots:
    """BotActivity traffic of the last 30 days."""

    def __init__(self, repository: V01dworksRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def summary(self, site: Site) -> BotSummary:
        counts = await self._counts(site)
        today = [count for count in counts if count.day == DAYS]
        return BotSummary(
            total_bot_visits=_views(counts, is_crawler=False),
            total_crawler_visits=_views(counts, is_crawler=True),
            bots_today=_views(today, is_crawler=False),
            crawlers_today=_views(today, is_crawler=True),
        )

    async def detected(self, site: Site) -> DetectedBots:
        counts = await self._counts(site)
        total, found = await self._repository.bots(site.id, self._bounds(site).begin, MAX_BOTS)
        return DetectedBots(
            detected_bots_count=total,
            bots=tuple(
                DetectedBot(ip_hash=_hash_of(site, bot.visitor_id), request_count=bot.views, reason=_reason(bot.reason))
                for bot in found
            ),
            bot_daily_trend=self._by_day(site, counts),
            top_bot_pages=await self._pages(site, TOP_PAGES),
            bot_type_breakdown=_breakdown(counts),
            recent_bot_logs=await self._logs(site, RECENT_LOGS),
        )

    async def stats(self, site: Site) -> BotStats:
        counts = await self._counts(site)
        return BotStats(
            summary=BotTotals(
                total_bot_visits=_views(counts, is_crawler=False),
                total_crawler_visits=_views(counts, is_crawler=True),
            ),
            daily=self._by_day(site, counts),
            pages=await self._pages(site, MAX_PAGES),
            type_breakdown=_breakdown(counts),
            recent_logs=await self._logs(site, MAX_LOGS),
        )

    async def _counts(self, site: Site) -> list[BotTraffic]:
        begins = starts(self._days(site), Interval.DAY, site.zone)
        return await self._repository.bots_by_day(site.id, begins, self._bounds(site).end)

    def _by_day(self, site: Site, counts: Sequence[BotTraffic]) -> tuple[BotDay, ...]:
        """Return days with bot traffic, newest first."""
        first = self._days(site).first
        of_days: dict[date, list[BotTraffic]] = {}
        for count in counts:
            if count.day:
                of_days.setdefault(first + timedelta(days=count.day - 1), []).append(count)
        return tuple(
            BotDay(
                date=day,
                bot_visits=_views(of_days[day], is_crawler=False),
                crawler_visits=_views(of_days[day], is_crawler=True),
            )
            for day in sorted(of_days, reverse=True)
        )

    async def _pages(self, site: Site, limit: int) -> tuple[BotPage, ...]:
        return tuple(
            BotPage(
                page_path=page.path,
                bot_views=page.bot_views,
                crawler_views=page.crawler_views,
                total=page.bot_views + page.crawler_views,
            )
            for page in await self._repository.bot_pages(site.id, self._bounds(site), limit)
        )

    async def _logs(self, site: Site, limit: int) -> tuple[BotLog, ...]:
        return tuple(
            BotLog(
                ip_hash=_hash_of(site, visit.visitor_id),
                detected_at=visit.started_at,
                reason=_reason(visit.reason),
                bot_type=_type(is_crawler(visit.reason)),
                confidence=round(visit.confidence, 3),
            )
            for visit in await self._repository.bot_visits(site.id, self._bounds(site).begin, limit)
        )

    def _days(self, site: Site) -> Days:
        today = utc(self._clock()).astimezone(site.zone).date()
        return Days(today - timedelta(days=DAYS - 1), today)

    def _bounds(self, site: Site) -> DayBounds:
        return DayBounds(*bounds(self._days(site), site.zone))


def _views(counts: Sequence[BotTraffic], *, is_crawler: bool) -> int:
    return sum(count.views for count in counts if count.is_crawler is is_crawler)


def _breakdown(counts: Sequence[BotTraffic]) -> dict[BotType, int]:
    found: Counter[BotType] = Counter()
    for count in counts:
        if count.day:
            found[_type(count.is_crawler)] += count.visits
    return dict(found)


def _type(is_a_crawler: bool) -> BotType:
    return "crawler" if is_a_crawler else "bot"


def _reason(reason: str) -> str:
    """Return the description of the rule, or ``reason`` itself if it is no known rule."""
    return RULES[Rule(reason)] if reason in set(Rule) else reason


def _hash_of(site: Site, visitor_id: UUID) -> str:
    """Return a stable hash per visitor and site that does not reveal the visitor id."""
    return blake2b(visitor_id.bytes, digest_size=16, key=site.id.to_bytes(4, "big"), person=b"bot alias").hexdigest()
