"""Which programs come besides the people, and say so: search engines, readers for language models, monitors, previews."""

# ruff: noqa: E501 - user agents are as long as they are

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from common.beacon import Beacon, Kind
from common.network import anonymize
from services.cli.demo_data.people import Person
from services.cli.demo_data.visits import DemoSite, any_page, beacon_of
from services.cli.demo_data.year import DAYS

SHARE = 0.13
"""Visits of programs for one of a person."""


class _Program(NamedTuple):
    weight: int
    growth: float
    """From the year's beginning to its end: 1 is as many."""
    pages: int
    """At the most, in one visit."""
    networks: tuple[str, ...]
    """First three numbers of addresses that it comes from."""
    user_agent: str


_PROGRAMS = (
    _Program(20, 1.1, 6, ("66.249.64", "66.249.66", "66.249.79"), "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    _Program(10, 1.0, 5, ("157.55.39", "207.46.13", "40.77.167"), "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    _Program(4, 0.8, 4, ("87.250.224", "5.255.231"), "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"),
    _Program(8, 1.0, 8, ("54.36.148", "51.222.253"), "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
    _Program(13, 4.0, 7, ("52.230.152", "20.171.206"), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)"),
    _Program(10, 5.0, 7, ("3.12.251", "18.118.6"), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)"),
    _Program(5, 3.0, 3, ("44.208.221",), "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)"),
    _Program(4, 1.2, 9, ("18.97.14",), "CCBot/2.0 (https://commoncrawl.org/faq/)"),
    _Program(7, 1.0, 1, ("69.162.124", "63.143.42"), "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"),
    _Program(4, 1.3, 1, ("34.228.11",), "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    _Program(5, 1.0, 1, ("69.171.249", "173.252.83"), "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
    _Program(4, 1.6, 1, ("88.198.25", "95.216.4", "116.203.80"), "Mastodon/4.3.1 (http.rb/5.2.0; +https://mastodon.social/)"),
    _Program(4, 1.1, 2, ("8.29.198",), "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)"),
    _Program(2, 1.0, 1, ("167.94.138",), "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)"),
    _Program(3, 1.5, 10, ("65.108.99",), "Scrapy/2.11.2 (+https://scrapy.org)"),
)  # fmt: skip


def program_beacons(random: Random, site: DemoSite, visits: int, until: datetime) -> Iterator[Beacon]:
    """Those of the programs that come besides about ``visits`` visits of people; no beacon is later than ``until``."""
    for ago in range(DAYS - 1, -1, -1):
        day = (until - timedelta(days=ago)).replace(hour=0, minute=0, second=0, microsecond=0)
        weights = [program.weight * program.growth ** (0.5 - ago / DAYS) for program in _PROGRAMS]
        mean = visits * SHARE / DAYS * sum(weights) / sum(program.weight for program in _PROGRAMS)
        count = max(0, round(random.gauss(mean, mean**0.5)))
        # At all hours alike: programs do not sleep.
        for seconds in sorted(random.uniform(0, 86_400) for _ in range(count)):
            [program] = random.choices(_PROGRAMS, weights)
            for beacon in _visit(random, site, program, day + timedelta(seconds=seconds)):
                if beacon.received_at <= until.timestamp() * 1000:
                    yield beacon


def _visit(random: Random, site: DemoSite, program: _Program, at: datetime) -> Iterator[Beacon]:
    """Pages, one after the other, which nobody reads."""
    robot = _robot(random.choice(program.networks), program.user_agent, at)
    for _ in range(random.randint(1, program.pages)):
        yield beacon_of(random, site, robot, at, Kind.PAGEVIEW, any_page(random))
        at += timedelta(seconds=random.uniform(4, 90))


def _robot(network: str, user_agent: str, at: datetime) -> Person:
    """Programs keep no cookie, so each is somebody new every day."""
    identity = f"{network} {user_agent} {at:%Y-%m-%d}"
    return Person(
        visitor_id=blake2b(identity.encode(), digest_size=16).digest(),
        network=anonymize(f"{network}.1"),
        user_agent=user_agent,
        width=0,
        language="",
        utc_offset=0,
    )
