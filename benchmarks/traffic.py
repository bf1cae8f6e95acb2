"""Seeded traffic of one site: visits of several beacons each, woven into each other as on a busy day.

The same seed gives the same traffic. A ``Hit`` is one beacon before it takes a form: ``as_body`` gives what the
tracker would send, ``as_beacon`` what the collector would put on the stream.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from random import Random
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

import msgspec

from benchmarks.user_agents import make_user_agents
from common.beacon import VERSION, Beacon, Kind, Scalar
from common.ids import uuid7
from common.network import anonymize

T = TypeVar("T")

NO_PROPS: Mapping[str, Scalar] = MappingProxyType({})
HOST = "shop.example"
PATHS = 5_000
USER_AGENTS = 2_000
NETWORKS = 20_000

_PAGES_A_VISIT = ((1, 50), (2, 20), (3, 13), (4, 10), (5, 7))
_RETURNING = 0.25
_LEAVE_ARRIVES = 0.85
_EVENT = 0.08
_CLICK = 0.04
_CAMPAIGN = 0.12
_IPV6 = 0.15
_FIRST_OCTETS = (2, 5, 24, 31, 46, 62, 78, 81, 86, 93, 98, 109, 121, 151, 177, 185, 188, 201, 212, 217)
_SECTIONS = ("blog", "products", "docs", "help", "news")
_REFERRERS = (
    ("", 40),
    ("https://www.google.com/", 30),
    ("https://www.bing.com/", 5),
    ("https://duckduckgo.com/", 5),
    ("https://www.facebook.com/", 5),
    ("https://t.co/abc", 4),
    ("https://news.ycombinator.com/", 3),
    ("https://www.reddit.com/r/privacy/", 3),
    ("https://chatgpt.com/", 2),
    ("https://partner.example/links", 3),
)
_CAMPAIGNS = (
    "utm_source=newsletter&utm_medium=email&utm_campaign=autumn",
    "utm_source=google&utm_medium=cpc&utm_campaign=brand&gclid=1",
    "utm_source=facebook&utm_medium=paid_social&utm_campaign=launch&fbclid=1",
    "ref=partner",
)
_EVENTS = ("signup", "add to cart", "search", "video played")
_LINKS = ("https://github.com/", "https://shop.example/files/prices.pdf", "https://partner.example/")
_LANGUAGES = ("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "ja-JP")
_WIDTHS = (390, 412, 360, 1920, 1536, 1440, 2560, 820)


class Visitor(NamedTuple):
    cookie: str
    """32 hexadecimal digits: what the tracker made."""
    id: bytes
    """16 bytes: stands for the hash that the collector would make of the cookie."""
    ip: str
    network: str
    user_agent: str
    language: str
    width: int


class Hit(NamedTuple):
    visitor: Visitor
    kind: Kind
    path: str
    query: str = ""
    referrer: str = ""
    name: str = ""
    props: Mapping[str, Scalar] = NO_PROPS
    engaged_ms: int = 0
    scroll: int = 0


def hits(seed: int, *, at_once: int = 5_000) -> Iterator[Hit]:
    """Beacons without end; ``at_once`` visits are under way at any time, each beginning with a page view."""
    audience = _Audience(Random(seed))
    rng = Random(seed + 1)
    underway: list[Iterator[Hit]] = [iter(()) for _ in range(at_once)]
    while True:
        place = int(rng.random() * at_once)
        hit = next(underway[place], None)
        if hit is None:
            underway[place] = audience.visit()
            hit = next(underway[place])
        yield hit


def as_body(hit: Hit, site: str) -> bytes:
    """The JSON body of ``POST /collect``."""
    visitor = hit.visitor
    query = f"?{hit.query}" if hit.query else ""
    body: dict[str, object] = {"site": site, "kind": hit.kind.name.lower(), "url": f"https://{HOST}{hit.path}{query}"}
    body |= {"visitor": visitor.cookie, "width": visitor.width, "language": visitor.language}
    for key in ("referrer", "name", "props", "engaged_ms", "scroll"):
        if value := getattr(hit, key):
            body[key] = value
    return msgspec.json.encode(body)


def as_beacon(hit: Hit, site_id: int, received_at: int, random: bytes) -> Beacon:
    """``received_at`` in epoch milliseconds; ``random``: 10 bytes for the beacon's id."""
    visitor = hit.visitor
    return Beacon(
        version=VERSION,
        id=uuid7(received_at, random),
        site_id=site_id,
        received_at=received_at,
        kind=hit.kind,
        visitor_id=visitor.id,
        network=visitor.network,
        user_agent=visitor.user_agent,
        host=HOST,
        path=hit.path,
        query=hit.query,
        referrer=hit.referrer,
        width=visitor.width,
        language=visitor.language,
        name=hit.name,
        props=dict(hit.props),
        engaged_ms=hit.engaged_ms,
        scroll=hit.scroll,
    )


def beacons(seed: int, site_id: int, begin: int, *, a_second: float) -> Iterator[Beacon]:
    """The traffic as beacons, evenly spaced in time from ``begin`` (epoch milliseconds)."""
    rng = Random(seed + 2)
    for number, hit in enumerate(hits(seed)):
        yield as_beacon(hit, site_id, begin + int(number * 1000 / a_second), rng.randbytes(10))


class _Audience:
    """Who comes, what they look at, and how."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._paths = _zipf([f"/{_SECTIONS[n % 5]}/{n:x}-page" if n else "/" for n in range(PATHS)])
        self._user_agents = _zipf(make_user_agents(rng, USER_AGENTS), flat=20)
        self._prefixes = [_prefix(rng) for _ in range(NETWORKS)]
        self._referrers = _Weighted(_REFERRERS)
        self._pages = _Weighted(_PAGES_A_VISIT)
        self._known: list[Visitor] = []

    def visit(self) -> Iterator[Hit]:
        rng, visitor = self._rng, self._visitor()
        query = rng.choice(_CAMPAIGNS) if rng.random() < _CAMPAIGN else ""
        referrer = self._referrers.pick(rng)
        for _ in range(self._pages.pick(rng)):
            path = self._paths.pick(rng)
            yield Hit(visitor, Kind.PAGEVIEW, path, query, referrer)
            if rng.random() < _EVENT:
                yield Hit(visitor, Kind.EVENT, path, name=rng.choice(_EVENTS), props={"plan": "pro", "items": 3})
            if rng.random() < _CLICK:
                yield Hit(visitor, Kind.CLICK, path, name=rng.choice(_LINKS))
            if rng.random() < _LEAVE_ARRIVES:
                engaged = int(rng.expovariate(1 / 25_000))
                yield Hit(visitor, Kind.LEAVE, path, engaged_ms=engaged, scroll=rng.randint(5, 100))
            query, referrer = "", f"https://{HOST}{path}"

    def _visitor(self) -> Visitor:
        rng = self._rng
        if self._known and rng.random() < _RETURNING:
            return rng.choice(self._known)
        ip = rng.choice(self._prefixes).format(rng.randint(1, 254))
        visitor = Visitor(
            cookie=rng.randbytes(16).hex(),
            id=rng.randbytes(16),
            ip=ip,
            network=anonymize(ip),
            user_agent=self._user_agents.pick(rng),
            language=rng.choice(_LANGUAGES),
            width=rng.choice(_WIDTHS),
        )
        self._known.append(visitor)
        return visitor


class _Weighted(Generic[T]):
    """Picks by weight, in the time of one bisection."""

    def __init__(self, choices: Iterable[tuple[T, float]]) -> None:
        values, weights = zip(*choices, strict=True)
        self._values: tuple[T, ...] = values
        self._sums = list(accumulate(weights))

    def pick(self, rng: Random) -> T:
        return self._values[bisect(self._sums, rng.random() * self._sums[-1])]


def _zipf(values: Iterable[T], flat: int = 1) -> "_Weighted[T]":
    """The n-th value has the weight 1 / (n + ``flat``)."""
    return _Weighted((value, 1 / (n + flat)) for n, value in enumerate(values))


def _prefix(rng: Random) -> str:
    """An address with a place for its last part."""
    if rng.random() < _IPV6:
        return f"2a0{rng.randint(0, 15):x}:{rng.randint(1, 9999):x}:{rng.randint(0, 255):x}::{{:x}}"
    return f"{rng.choice(_FIRST_OCTETS)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{{}}"
