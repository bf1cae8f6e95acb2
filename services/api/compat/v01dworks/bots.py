"""Programs, in the older API's terms."""

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
from services.api.compat.v01dworks.repository import BotCount, SeedRepository, Span, is_crawler
from services.api.reports.buckets import Interval, bounds, starts
from services.api.reports.periods import Days
from services.api.sites.models import Site

DAYS = 30
MOST_BOTS = 100
MOST_PAGES, TOP_PAGES = 100, 10
MOST_LOGS, RECENT_LOGS = 50, 20


class BotReports:
    def __init__(self, repository: SeedRepository, clock: Clock) -> None:
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
        all_visitors, found = await self._repository.bots(site.id, self._span(site).begin, MOST_BOTS)
        return DetectedBots(
            detected_bots_count=all_visitors,
            bots=tuple(
                DetectedBot(ip_hash=_alias(site, bot.visitor_id), request_count=bot.views, reason=_reason(bot.reason))
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
            pages=await self._pages(site, MOST_PAGES),
            type_breakdown=_breakdown(counts),
            recent_logs=await self._logs(site, MOST_LOGS),
        )

    async def _counts(self, site: Site) -> list[BotCount]:
        begins = starts(self._days(site), Interval.DAY, site.zone)
        return await self._repository.bots_by_day(site.id, begins, self._span(site).end)

    def _by_day(self, site: Site, counts: Sequence[BotCount]) -> tuple[BotDay, ...]:
        """The newest first, without days that had none."""
        first = self._days(site).first
        of_days: dict[date, list[BotCount]] = {}
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

    async def _pages(self, site: Site, most: int) -> tuple[BotPage, ...]:
        return tuple(
            BotPage(
                page_path=page.path,
                bot_views=page.bot_views,
                crawler_views=page.crawler_views,
                total=page.bot_views + page.crawler_views,
            )
            for page in await self._repository.bot_pages(site.id, self._span(site), most)
        )

    async def _logs(self, site: Site, most: int) -> tuple[BotLog, ...]:
        return tuple(
            BotLog(
                ip_hash=_alias(site, visit.visitor_id),
                detected_at=visit.started_at,
                reason=_reason(visit.reason),
                bot_type=_type(is_crawler(visit.reason)),
                confidence=round(visit.confidence, 3),
            )
            for visit in await self._repository.bot_visits(site.id, self._span(site).begin, most)
        )

    def _days(self, site: Site) -> Days:
        today = utc(self._clock()).astimezone(site.zone).date()
        return Days(today - timedelta(days=DAYS - 1), today)

    def _span(self, site: Site) -> Span:
        return Span(*bounds(self._days(site), site.zone))


def _views(counts: Sequence[BotCount], *, is_crawler: bool) -> int:
    return sum(count.views for count in counts if count.is_crawler is is_crawler)


def _breakdown(counts: Sequence[BotCount]) -> dict[BotType, int]:
    found: Counter[BotType] = Counter()
    for count in counts:
        if count.day:
            found[_type(count.is_crawler)] += count.visits
    return dict(found)


def _type(is_a_crawler: bool) -> BotType:
    return "crawler" if is_a_crawler else "bot"


def _reason(reason: str) -> str:
    """In words, where it is a rule that is known."""
    return RULES[Rule(reason)] if reason in set(Rule) else reason


def _alias(site: Site, visitor_id: UUID) -> str:
    """Stays the same for a visitor of a site, and leads nowhere."""
    return blake2b(visitor_id.bytes, digest_size=16, key=site.id.to_bytes(4, "big"), person=b"bot alias").hexdigest()
