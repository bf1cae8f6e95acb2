"""The pipeline: the steps that every beacon goes through, and their caches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from common.beacon import Beacon, Kind
from common.outcomes import DropReason
from common.text import clean_text
from common.urls import MAX_HOST, MAX_PATH
from services.worker.enrich.bot import DATACENTER, REFERRER_SPAM, WEBDRIVER, BotPatterns
from services.worker.enrich.campaign import Campaign, parse_campaign
from services.worker.enrich.channel import Attribution, attribution
from services.worker.enrich.data import load_table
from services.worker.enrich.datacenters import Datacenters
from services.worker.enrich.event import Drop, Event
from services.worker.enrich.geo import GeoLookup, Place
from services.worker.enrich.language import language_tag
from services.worker.enrich.referrer import Referrer, resolve_referrer
from services.worker.enrich.screen import screen_class
from services.worker.enrich.sources import Sources
from services.worker.enrich.user_agent import UserAgentDetails, UserAgentParser


@dataclass(frozen=True, slots=True)
class Lookups:
    """The pure functions that the steps call, each with a bounded cache, because most values repeat."""

    referrer: Callable[[str, str], Referrer]
    """(host, referrer)"""
    campaign: Callable[[str], Campaign]
    """(query)"""
    attribution: Callable[[str, str, str], Attribution]
    """(host, referrer, query)"""
    user_agent: Callable[[str], UserAgentDetails]
    language: Callable[[str], str]
    place: Callable[[str], Place]
    """(network)"""
    is_datacenter: Callable[[str], bool] | None = None
    """(network); None without a list."""


Step = Callable[[Event, Lookups], Event | Drop]


def url(event: Event, lookups: Lookups) -> Event | Drop:
    beacon = event.beacon
    event.hostname = clean_text(beacon.host, MAX_HOST)
    if not event.hostname:
        return Drop(DropReason.NO_PAGE)
    if not beacon.name and (beacon.kind is Kind.EVENT or beacon.kind is Kind.CLICK):
        return Drop(DropReason.NO_NAME)
    event.path = clean_text(beacon.path, MAX_PATH) or "/"
    return event


def referrer(event: Event, lookups: Lookups) -> Event:
    found = lookups.referrer(event.beacon.host, event.beacon.referrer)
    event.referrer = found.page
    if found.is_spam:
        event.bot_reason = REFERRER_SPAM
    return event


def channel(event: Event, lookups: Lookups) -> Event:
    beacon = event.beacon
    event.source, event.channel = lookups.attribution(beacon.host, beacon.referrer, beacon.query)
    return event


def campaign(event: Event, lookups: Lookups) -> Event:
    query = event.beacon.query
    if query:
        found = lookups.campaign(query)
        event.utm_source = found.utm_source
        event.utm_medium = found.utm_medium
        event.utm_campaign = found.utm_campaign
        event.utm_term = found.utm_term
        event.utm_content = found.utm_content
    return event


def user_agent(event: Event, lookups: Lookups) -> Event:
    (
        event.browser,
        event.browser_version,
        event.os,
        event.os_version,
        event.device,
        reason,
    ) = lookups.user_agent(event.beacon.user_agent)
    if reason:
        event.bot_reason = reason
    return event


def screen(event: Event, lookups: Lookups) -> Event:
    event.screen = screen_class(event.beacon.width)
    return event


def language(event: Event, lookups: Lookups) -> Event:
    event.language = lookups.language(event.beacon.language)
    return event


def geo(event: Event, lookups: Lookups) -> Event:
    event.country, event.region, event.city = lookups.place(event.beacon.network)
    return event


def bot(event: Event, lookups: Lookups) -> Event:
    """The reason of the user agent is more specific, so the hint and the network only count without one."""
    if event.bot_reason:
        return event
    if event.beacon.automated:
        event.bot_reason = WEBDRIVER
    elif lookups.is_datacenter is not None and lookups.is_datacenter(event.beacon.network):
        event.bot_reason = DATACENTER
    return event


STEPS: tuple[Step, ...] = (url, referrer, channel, campaign, user_agent, screen, language, geo, bot)


class Pipeline:
    """Turns beacons into events. Contains tables and caches, takes 0.2 s to build, and is not thread-safe."""

    def __init__(
        self,
        geo: GeoLookup,
        *,
        datacenters: Datacenters | None = None,
        extra_spam_hosts: Iterable[str] = (),
        user_agents: int = 20_000,
        referrers: int = 32_768,
    ) -> None:
        """``extra_spam_hosts``: added to the included list; ``user_agents``, ``referrers``: sizes of their caches."""
        sources = Sources.load()
        spam_hosts = frozenset((*load_table("referrer_spam"), *extra_spam_hosts))
        campaigns = lru_cache(4_096)(parse_campaign)

        @lru_cache(referrers)
        def referrer_of(host: str, url: str) -> Referrer:
            return resolve_referrer(host, url, sources, spam_hosts)

        @lru_cache(referrers)
        def attribution_of(host: str, url: str, query: str) -> Attribution:
            return attribution(referrer_of(host, url), campaigns(query), sources)

        self.lookups = Lookups(
            referrer=referrer_of,
            campaign=campaigns,
            attribution=attribution_of,
            user_agent=lru_cache(user_agents)(UserAgentParser(BotPatterns.load()).parse),
            language=lru_cache(1_024)(language_tag),
            place=geo.place,
            is_datacenter=datacenters.contains if datacenters else None,
        )

    def enrich(self, beacon: Beacon) -> Event | Drop:
        """Return the event of ``beacon``, or the reason to drop it. Never raises because of a beacon's content."""
        event = Event(beacon)
        lookups = self.lookups
        for step in STEPS:
            outcome = step(event, lookups)
            if outcome is not event:
                return outcome
        return event
