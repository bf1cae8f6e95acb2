"""The visits to the demo site: source, pages, time on page, clicks and custom events."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from common.beacon import VERSION, Beacon, Kind, Scalar
from common.ids import uuid7
from common.urls import parse_page_url, parse_referrer
from services.cli.demo_data.visit_times import TrafficSpike, visit_times
from services.cli.demo_data.visitors import DemoVisitor, new_visitor

_RETURNING_RATE = 0.34
_BOUNCE_RATE = 0.43
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
    (2, "articles/the-color-of-the-sea"),
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
_NO_PROPERTIES: Mapping[str, Scalar] = MappingProxyType({})


class DemoSite(NamedTuple):
    id: int
    url: str
    """Base URL of its pages, with a trailing slash."""


def demo_beacons(random: Random, site: DemoSite, visits: int, until: datetime) -> Iterator[Beacon]:
    """Generate the beacons of about ``visits`` visits, visit by visit, none later than ``until``."""
    visitors: list[DemoVisitor] = []
    for at, spike in visit_times(random, visits, until):
        if visitors and spike is None and random.random() < _RETURNING_RATE:
            visitor = visitors[-1 - min(int(random.expovariate(1 / 900)), len(visitors) - 1)]
        else:
            visitor = new_visitor(random)
            visitors.append(visitor)
        for beacon in _Visit(random, site, visitor, at - timedelta(hours=visitor.utc_offset) / 4, spike).beacons():
            if beacon.received_at <= until.timestamp() * 1000:
                yield beacon


class _Visit:
    def __init__(
        self, random: Random, site: DemoSite, visitor: DemoVisitor, at: datetime, spike: TrafficSpike | None
    ) -> None:
        self._random = random
        self._site = site
        self._visitor = visitor
        self._now = at
        [(_, self._referrer, self._query)] = random.choices(_SOURCES, [weight for weight, *_ in _SOURCES])
        self._page = random.choice((_HOME, _HOME, any_page(self._random)))
        if spike:
            self._referrer, self._query, self._page = spike.referrer, "", spike.path

    def beacons(self) -> Iterator[Beacon]:
        random = self._random
        # Subscribers of the newsletter bounce less often.
        bounces = random.random() < (_BOUNCE_RATE * 0.6 if "newsletter" in self._query else _BOUNCE_RATE)
        pages = 1 if bounces else 2 + min(int(random.expovariate(0.75)), 9)
        for number in range(pages):
            yield self._beacon(Kind.PAGEVIEW)
            self._query = ""
            seconds = min(random.lognormvariate(3.4, 0.9), 900)
            if not bounces:
                yield from self._interactions(seconds)
            self._now += timedelta(seconds=seconds)
            if random.random() < 0.93:
                depth = min(100, int(random.gauss(48 if bounces else 68, 24)))
                yield self._beacon(Kind.LEAVE, engaged_ms=int(seconds * 820), scroll=max(5, depth))
            if number + 1 < pages:
                self._referrer = self._site.url + self._page
                self._page = any_page(self._random)

    def _interactions(self, seconds: float) -> Iterator[Beacon]:
        random, start = self._random, self._now
        if random.random() < 0.055:
            [(_, name, props)] = random.choices(_EVENTS, [weight for weight, *_ in _EVENTS])
            self._now = start + timedelta(seconds=seconds * random.uniform(0.3, 0.7))
            yield self._beacon(Kind.EVENT, name=name, props=props)
        if random.random() < 0.05:
            self._now = start + timedelta(seconds=seconds * random.uniform(0.7, 0.95))
            link = random.choice(_LINKS)
            yield self._beacon(Kind.CLICK, name=self._site.url.rstrip("/") + link if link[0] == "/" else link)
        self._now = start

    def _beacon(
        self,
        kind: Kind,
        name: str = "",
        props: Mapping[str, Scalar] = _NO_PROPERTIES,
        engaged_ms: int = 0,
        scroll: int = 0,
    ) -> Beacon:
        query = f"?{self._query}" if self._query else ""
        beacon = create_beacon(self._random, self._site, self._visitor, self._now, kind, self._page + query)
        referrer = parse_referrer(self._referrer) if kind is Kind.PAGEVIEW else ""
        return replace(beacon, referrer=referrer, name=name, props=dict(props), engaged_ms=engaged_ms, scroll=scroll)


def any_page(random: Random) -> str:
    """Return a random page, relative to the site's URL. Some pages are more popular than others."""
    return random.choices([page for _, page in _PAGES], [weight for weight, _ in _PAGES])[0]


def create_beacon(random: Random, site: DemoSite, visitor: DemoVisitor, at: datetime, kind: Kind, page: str) -> Beacon:
    """Return a beacon for ``page``, a path as ``any_page`` returns it, with or without a query."""
    received_at = int(at.timestamp() * 1000)
    url = parse_page_url(site.url + page)
    return Beacon(
        version=VERSION,
        id=uuid7(received_at, random.randbytes(10)),
        site_id=site.id,
        received_at=received_at,
        kind=kind,
        visitor_id=visitor.visitor_id,
        network=visitor.network,
        user_agent=visitor.user_agent,
        host=url.host,
        path=url.path,
        query=url.query,
        width=visitor.width,
        language=visitor.language,
    )
