"""What they do: come from somewhere, read some pages for a while, sometimes click or sign up, and leave."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from common.beacon import VERSION, Beacon, Kind, Scalar
from common.ids import uuid7
from common.urls import parse_page_url, parse_referrer
from services.cli.demo_data.people import Person, new_person
from services.cli.demo_data.year import Burst, moments

_RETURNING = 0.34
_BOUNCES = 0.43
_HOME = ""
_PAGES = (
    (10, "articles.html"),
    (4, "about.html"),
    (9, "articles/reading-a-rock-pool"),
    (8, "articles/why-sand-squeaks"),
    (6, "articles/a-clock-made-of-tides"),
    (6, "articles/the-crab-census"),
    (5, "articles/where-waves-break"),
    (5, "articles/fog"),
    (4, "articles/lighthouses-at-noon"),
    (4, "articles/what-the-storm-brought"),
    (3, "articles/a-beginners-guide-to-tide-tables"),
    (3, "articles/names-for-mud"),
    (2, "articles/spring-and-neap"),
    (2, "articles/the-colour-of-the-sea"),
    (2, "newsletter"),
    (2, "tides/brighton"),
    (2, "tides/saint-malo"),
    (1, "tides/bay-of-fundy"),
    (1, "tides/husum"),
    (1, "contact"),
)
_SOURCES = (
    (31, "", ""),
    (30, "https://www.google.com/", ""),
    (4, "https://www.bing.com/", ""),
    (5, "https://duckduckgo.com/", ""),
    (2, "https://www.ecosia.org/", ""),
    (3, "https://chatgpt.com/", ""),
    (1, "https://www.perplexity.ai/", ""),
    (4, "https://www.reddit.com/r/tidepools/", ""),
    (3, "https://mastodon.social/", ""),
    (2, "https://bsky.app/", ""),
    (2, "https://www.facebook.com/", ""),
    (2, "https://t.co/f3kS0", ""),
    (3, "https://en.wikipedia.org/wiki/Tide", ""),
    (2, "https://coastwalks.example/links", ""),
    (4, "", "utm_source=newsletter&utm_medium=email&utm_campaign=spring-tides"),
    (2, "https://www.google.com/", "utm_source=google&utm_medium=cpc&utm_campaign=tide-tables&gclid=1"),
)
_LINKS = (
    "https://en.wikipedia.org/wiki/Tide",
    "https://www.ukho.gov.uk/",
    "https://github.com/low-tide/tables",
    "/tide-table.csv",
)
_EVENTS: tuple[tuple[int, str, Mapping[str, Scalar]], ...] = (
    (6, "newsletter signup", MappingProxyType({"place": "footer"})),
    (2, "newsletter signup", MappingProxyType({"place": "article"})),
    (5, "like", MappingProxyType({})),
    (3, "tide table opened", MappingProxyType({"year": 2026})),
    (1, "donation", MappingProxyType({"amount": 10})),
)
_NOTHING: Mapping[str, Scalar] = MappingProxyType({})


class DemoSite(NamedTuple):
    id: int
    url: str
    """Where its pages are, with a slash at the end."""


def demo_beacons(random: Random, site: DemoSite, visits: int, until: datetime) -> Iterator[Beacon]:
    """Those of about ``visits`` visits, visit by visit; no beacon is later than ``until``."""
    regulars: list[Person] = []
    for at, burst in moments(random, visits, until):
        if regulars and burst is None and random.random() < _RETURNING:
            person = regulars[-1 - min(int(random.expovariate(1 / 900)), len(regulars) - 1)]
        else:
            person = new_person(random)
            regulars.append(person)
        for beacon in _Visit(random, site, person, at - timedelta(hours=person.utc_offset) / 4, burst).beacons():
            if beacon.received_at <= until.timestamp() * 1000:
                yield beacon


class _Visit:
    def __init__(self, random: Random, site: DemoSite, person: Person, at: datetime, burst: Burst | None) -> None:
        self._random = random
        self._site = site
        self._person = person
        self._now = at
        [(_, self._referrer, self._query)] = random.choices(_SOURCES, [weight for weight, *_ in _SOURCES])
        self._page = random.choice((_HOME, _HOME, any_page(self._random)))
        if burst:
            self._referrer, self._query, self._page = burst.referrer, "", burst.path

    def beacons(self) -> Iterator[Beacon]:
        random = self._random
        # Fewer people leave at once who came by a letter that they wait for.
        bounces = random.random() < (_BOUNCES * 0.6 if "newsletter" in self._query else _BOUNCES)
        pages = 1 if bounces else 2 + min(int(random.expovariate(0.75)), 9)
        for number in range(pages):
            yield self._beacon(Kind.PAGEVIEW)
            self._query = ""
            seconds = min(random.lognormvariate(3.4, 0.9), 900)
            if not bounces:
                yield from self._deeds(seconds)
            self._now += timedelta(seconds=seconds)
            if random.random() < 0.93:
                depth = min(100, int(random.gauss(48 if bounces else 68, 24)))
                yield self._beacon(Kind.LEAVE, engaged_ms=int(seconds * 820), scroll=max(5, depth))
            if number + 1 < pages:
                self._referrer = self._site.url + self._page
                self._page = any_page(self._random)

    def _deeds(self, seconds: float) -> Iterator[Beacon]:
        random, begin = self._random, self._now
        if random.random() < 0.055:
            [(_, name, props)] = random.choices(_EVENTS, [weight for weight, *_ in _EVENTS])
            self._now = begin + timedelta(seconds=seconds * random.uniform(0.3, 0.7))
            yield self._beacon(Kind.EVENT, name=name, props=props)
        if random.random() < 0.05:
            self._now = begin + timedelta(seconds=seconds * random.uniform(0.7, 0.95))
            link = random.choice(_LINKS)
            yield self._beacon(Kind.CLICK, name=self._site.url.rstrip("/") + link if link[0] == "/" else link)
        self._now = begin

    def _beacon(
        self, kind: Kind, name: str = "", props: Mapping[str, Scalar] = _NOTHING, engaged_ms: int = 0, scroll: int = 0
    ) -> Beacon:
        query = f"?{self._query}" if self._query else ""
        made = beacon_of(self._random, self._site, self._person, self._now, kind, self._page + query)
        referrer = parse_referrer(self._referrer) if kind is Kind.PAGEVIEW else ""
        return replace(made, referrer=referrer, name=name, props=dict(props), engaged_ms=engaged_ms, scroll=scroll)


def any_page(random: Random) -> str:
    """Behind the site's address; some are looked at more than others."""
    return random.choices([page for _, page in _PAGES], [weight for weight, _ in _PAGES])[0]


def beacon_of(random: Random, site: DemoSite, person: Person, at: datetime, kind: Kind, page: str) -> Beacon:
    """``page``: as ``any_page`` gives it, with or without a query."""
    received_at = int(at.timestamp() * 1000)
    url = parse_page_url(site.url + page)
    return Beacon(
        version=VERSION,
        id=uuid7(received_at, random.randbytes(10)),
        site_id=site.id,
        received_at=received_at,
        kind=kind,
        visitor_id=person.visitor_id,
        network=person.network,
        user_agent=person.user_agent,
        host=url.host,
        path=url.path,
        query=url.query,
        width=person.width,
        language=person.language,
    )
