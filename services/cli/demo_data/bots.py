"""Declared bots that visit the demo site: crawlers, AI crawlers, monitors, link previews."""

# ruff: noqa: E501 - user agents are long

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from common.beacon import Beacon, Kind
from common.network import anonymize
from services.cli.demo_data.visit_times import DAYS
from services.cli.demo_data.visitors import DemoVisitor
from services.cli.demo_data.visits import DemoSite, any_page, create_beacon

BOT_VISIT_RATIO = 0.13
"""Bot visits for each visit of a visitor."""


class _Bot(NamedTuple):
    weight: int
    growth: float
    """Factor from the start of the year to its end; 1 means no growth."""
    pages: int
    """Maximum in one visit."""
    networks: tuple[str, ...]
    """First three numbers of its addresses."""
    user_agent: str


_BOTS = (
    _Bot(20, 1.1, 6, ("66.249.64", "66.249.66", "66.249.79"), "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    _Bot(10, 1.0, 5, ("157.55.39", "207.46.13", "40.77.167"), "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    _Bot(4, 0.8, 4, ("87.250.224", "5.255.231"), "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"),
    _Bot(8, 1.0, 8, ("54.36.148", "51.222.253"), "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
    _Bot(13, 4.0, 7, ("52.230.152", "20.171.206"), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)"),
    _Bot(10, 5.0, 7, ("3.12.251", "18.118.6"), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)"),
    _Bot(5, 3.0, 3, ("44.208.221",), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)"),
    _Bot(4, 1.2, 9, ("18.97.14",), "CCBot/2.0 (https://commoncrawl.org/faq/)"),
    _Bot(7, 1.0, 1, ("69.162.124", "63.143.42"), "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"),
    _Bot(4, 1.3, 1, ("34.228.11",), "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    _Bot(5, 1.0, 1, ("69.171.249", "173.252.83"), "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
    _Bot(4, 1.6, 1, ("88.198.25", "95.216.4", "116.203.80"), "Mastodon/4.3.1 (http.rb/5.2.0; +https://mastodon.social/)"),
    _Bot(4, 1.1, 2, ("8.29.198",), "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)"),
    _Bot(2, 1.0, 1, ("167.94.138",), "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)"),
    _Bot(3, 1.5, 10, ("65.108.99",), "Scrapy/2.11.2 (+https://scrapy.org)"),
)  # fmt: skip


def bot_beacons(random: Random, site: DemoSite, visits: int, until: datetime) -> Iterator[Beacon]:
    """Generate the beacons of the bots that go with ``visits`` visits, none later than ``until``."""
    for ago in range(DAYS - 1, -1, -1):
        day = (until - timedelta(days=ago)).replace(hour=0, minute=0, second=0, microsecond=0)
        weights = [bot.weight * bot.growth ** (0.5 - ago / DAYS) for bot in _BOTS]
        mean = visits * BOT_VISIT_RATIO / DAYS * sum(weights) / sum(bot.weight for bot in _BOTS)
        count = max(0, round(random.gauss(mean, mean**0.5)))
        # Bots visit at all hours with the same probability.
        for seconds in sorted(random.uniform(0, 86_400) for _ in range(count)):
            [bot] = random.choices(_BOTS, weights)
            for beacon in _visit(random, site, bot, day + timedelta(seconds=seconds)):
                if beacon.received_at <= until.timestamp() * 1000:
                    yield beacon


def _visit(random: Random, site: DemoSite, bot: _Bot, at: datetime) -> Iterator[Beacon]:
    """Generate page views without any engagement."""
    visitor = _visitor(random.choice(bot.networks), bot.user_agent, at)
    for _ in range(random.randint(1, bot.pages)):
        yield create_beacon(random, site, visitor, at, Kind.PAGEVIEW, any_page(random))
        at += timedelta(seconds=random.uniform(4, 90))


def _visitor(network: str, user_agent: str, at: datetime) -> DemoVisitor:
    """Return the visitor of a bot. Bots keep no cookie, so each is a new visitor every day."""
    identity = f"{network} {user_agent} {at:%Y-%m-%d}"
    return DemoVisitor(
        visitor_id=blake2b(identity.encode(), digest_size=16).digest(),
        network=anonymize(f"{network}.1"),
        user_agent=user_agent,
        width=0,
        language="",
        utc_offset=0,
    )
