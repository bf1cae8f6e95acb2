"""The steps that every beacon goes through, and what they remember."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from common.beacon import Beacon, Kind
from common.outcomes import DropReason
from common.text import clean_text
from common.urls import MAX_HOST, MAX_PATH
from services.worker.enrich.bot import DATACENTER, REFERRER_SPAM, WEBDRIVER, BotPatterns
from services.worker.enrich.campaign import Campaign, campaign_facts
from services.worker.enrich.channel import Attribution, attribution
from services.worker.enrich.data import load_table
from services.worker.enrich.datacenters import Datacenters
from services.worker.enrich.event import Drop, Event
from services.worker.enrich.geo import GeoLookup, Place
from services.worker.enrich.language import language_tag
from services.worker.enrich.referrer import Referrer, referrer_facts
from services.worker.enrich.screen import screen_class
from services.worker.enrich.sources import Sources
from services.worker.enrich.user_agent import UserAgentFacts, UserAgentParser


@dataclass(frozen=True, slots=True)
class Facts:
    """The pure functions under the steps, each with a bounded memory: what beacons say repeats."""

    referrer: Callable[[str, str], Referrer]
    """(host, referrer)"""
    campaign: Callable[[str], Campaign]
    """(query)"""
    attribution: Callable[[str, str, str], Attribution]
    """(host, referrer, query)"""
    user_agent: Callable[[str], UserAgentFacts]
    language: Callable[[str], str]
    place: Callable[[str], Place]
    """(network)"""
    is_datacenter: Callable[[str], bool] | None = None
    """(network); None where no list is given."""


Step = Callable[[Event, Facts], Event | Drop]


def url(event: Event, facts: Facts) -> Event | Drop:
    beacon = event.beacon
    event.hostname = clean_text(beacon.host, MAX_HOST)
    if not event.hostname:
        return Drop(DropReason.NO_PAGE)
    if not beacon.name and (beacon.kind is Kind.EVENT or beacon.kind is Kind.CLICK):
        return Drop(DropReason.NO_NAME)
    event.path = clean_text(beacon.path, MAX_PATH) or "/"
    return event


def referrer(event: Event, facts: Facts) -> Event:
    found = facts.referrer(event.beacon.host, event.beacon.referrer)
    event.referrer = found.page
    if found.is_spam:
        event.bot_reason = REFERRER_SPAM
    return event


def channel(event: Event, facts: Facts) -> Event:
    beacon = event.beacon
    event.source, event.channel = facts.attribution(beacon.host, beacon.referrer, beacon.query)
    return event


def campaign(event: Event, facts: Facts) -> Event:
    query = event.beacon.query
    if query:
        found = facts.campaign(query)
        event.utm_source = found.utm_source
        event.utm_medium = found.utm_medium
        event.utm_campaign = found.utm_campaign
        event.utm_term = found.utm_term
        event.utm_content = found.utm_content
    return event


def user_agent(event: Event, facts: Facts) -> Event:
    (
        event.browser,
        event.browser_version,
        event.os,
        event.os_version,
        event.device,
        reason,
    ) = facts.user_agent(event.beacon.user_agent)
    if reason:
        event.bot_reason = reason
    return event


def screen(event: Event, facts: Facts) -> Event:
    event.screen = screen_class(event.beacon.width)
    return event


def language(event: Event, facts: Facts) -> Event:
    event.language = facts.language(event.beacon.language)
    return event


def geo(event: Event, facts: Facts) -> Event:
    event.country, event.region, event.city = facts.place(event.beacon.network)
    return event


def bot(event: Event, facts: Facts) -> Event:
    """What a program calls itself says more than that it is one: the hint counts where nothing else was found."""
    if event.bot_reason:
        return event
    if event.beacon.automated:
        event.bot_reason = WEBDRIVER
    elif facts.is_datacenter is not None and facts.is_datacenter(event.beacon.network):
        event.bot_reason = DATACENTER
    return event


STEPS: tuple[Step, ...] = (url, referrer, channel, campaign, user_agent, screen, language, geo, bot)


class Pipeline:
    """Turns beacons into events. Holds the tables and caches (about 0.2 s to build); not for several threads."""

    def __init__(
        self,
        geo: GeoLookup,
        *,
        datacenters: Datacenters | None = None,
        more_spammers: Iterable[str] = (),
        user_agents: int = 20_000,
        referrers: int = 32_768,
    ) -> None:
        """``more_spammers``: hosts beside those known; ``user_agents`` and ``referrers``: how many are remembered."""
        sources = Sources.load()
        spammers = frozenset((*load_table("referrer_spam"), *more_spammers))
        campaigns = lru_cache(4_096)(campaign_facts)

        @lru_cache(referrers)
        def referrer_of(host: str, url: str) -> Referrer:
            return referrer_facts(host, url, sources, spammers)

        @lru_cache(referrers)
        def attribution_of(host: str, url: str, query: str) -> Attribution:
            return attribution(referrer_of(host, url), campaigns(query), sources)

        self.facts = Facts(
            referrer=referrer_of,
            campaign=campaigns,
            attribution=attribution_of,
            user_agent=lru_cache(user_agents)(UserAgentParser(BotPatterns.load()).parse),
            language=lru_cache(1_024)(language_tag),
            place=geo.place,
            is_datacenter=datacenters.contains if datacenters else None,
        )

    def enrich(self, beacon: Beacon) -> Event | Drop:
        """The event that ``beacon`` tells of, or why it is not kept. Never raises for what a beacon holds."""
        event = Event(beacon)
        facts = self.facts
        for step in STEPS:
            outcome = step(event, facts)
            if outcome is not event:
                return outcome
        return event
