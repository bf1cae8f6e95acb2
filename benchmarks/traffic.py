"""Seeded traffic of one site: visits of several beacons each, interleaved as on a busy day.

The same seed generates the same traffic. A ``SyntheticBeacon`` is independent of its format: ``as_body`` returns what
the tracker sends, ``as_beacon`` what the collector appends to the stream.
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
    """32 hexadecimal digits, as from the tracker."""
    id: bytes
    """16 bytes in place of the collector's hash of the cookie."""
    ip: str
    network: str
    user_agent: str
    language: str
    width: int


class SyntheticBeacon(NamedTuple):
    visitor: Visitor
    kind: Kind
    path: str
    query: str = ""
    referrer: str = ""
    name: str = ""
    props: Mapping[str, Scalar] = NO_PROPS
    engaged_ms: int = 0
    scroll: int = 0


def synthetic_beacons(seed: int, *, at_once: int = 5_000) -> Iterator[SyntheticBeacon]:
    """Yield beacons without end; ``at_once`` visits are active at any time, each beginning with a page view."""
    audience = _Audience(Random(seed))
    rng = Random(seed + 1)
    underway: list[Iterator[SyntheticBeacon]] = [iter(()) for _ in range(at_once)]
    while True:
        place = int(rng.random() * at_once)
        synthetic = next(underway[place], None)
        if synthetic is None:
            underway[place] = audience.visit()
            synthetic = next(underway[place])
        yield synthetic


def as_body(synthetic: SyntheticBeacon, site: str) -> bytes:
    """Return the JSON body of ``POST /collect``."""
    visitor = synthetic.visitor
    query = f"?{synthetic.query}" if synthetic.query else ""
    body: dict[str, object] = {
        "site": site,
        "kind": synthetic.kind.name.lower(),
        "url": f"https://{HOST}{synthetic.path}{query}",
    }
    body |= {"visitor": visitor.cookie, "width": visitor.width, "language": visitor.language}
    for key in ("referrer", "name", "props", "engaged_ms", "scroll"):
        if value := getattr(synthetic, key):
            body[key] = value
    return msgspec.json.encode(body)


def as_beacon(synthetic: SyntheticBeacon, site_id: int, received_at: int, random: bytes) -> Beacon:
    """Return the beacon. ``received_at``: epoch milliseconds; ``random``: 10 bytes for its id."""
    visitor = synthetic.visitor
    return Beacon(
        version=VERSION,
        id=uuid7(received_at, random),
        site_id=site_id,
        received_at=received_at,
        kind=synthetic.kind,
        visitor_id=visitor.id,
        network=visitor.network,
        user_agent=visitor.user_agent,
        host=HOST,
        path=synthetic.path,
        query=synthetic.query,
        referrer=synthetic.referrer,
        width=visitor.width,
        language=visitor.language,
        name=synthetic.name,
        props=dict(synthetic.props),
        engaged_ms=synthetic.engaged_ms,
        scroll=synthetic.scroll,
    )


def beacons(seed: int, site_id: int, begin: int, *, a_second: float) -> Iterator[Beacon]:
    """Yield the traffic as beacons, evenly spaced in time from ``begin`` (epoch milliseconds)."""
    rng = Random(seed + 2)
    for number, synthetic in enumerate(synthetic_beacons(seed)):
        yield as_beacon(synthetic, site_id, begin + int(number * 1000 / a_second), rng.randbytes(10))


class _Audience:
    """Generates visitors, pages and behavior."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._paths = _zipf([f"/{_SECTIONS[n % 5]}/{n:x}-page" if n else "/" for n in range(PATHS)])
        self._user_agents = _zipf(make_user_agents(rng, USER_AGENTS), flat=20)
        self._prefixes = [_prefix(rng) for _ in range(NETWORKS)]
        self._referrers = _Weighted(_REFERRERS)
        self._pages = _Weighted(_PAGES_A_VISIT)
        self._known: list[Visitor] = []

    def visit(self) -> Iterator[SyntheticBeacon]:
        rng, visitor = self._rng, self._visitor()
        query = rng.choice(_CAMPAIGNS) if rng.random() < _CAMPAIGN else ""
        referrer = self._referrers.pick(rng)
        for _ in range(self._pages.pick(rng)):
            path = self._paths.pick(rng)
            yield SyntheticBeacon(visitor, Kind.PAGEVIEW, path, query, referrer)
            if rng.random() < _EVENT:
                yield SyntheticBeacon(
                    visitor, Kind.EVENT, path, name=rng.choice(_EVENTS), props={"plan": "pro", "items": 3}
                )
            if rng.random() < _CLICK:
                yield SyntheticBeacon(visitor, Kind.CLICK, path, name=rng.choice(_LINKS))
            if rng.random() < _LEAVE_ARRIVES:
                engaged = int(rng.expovariate(1 / 25_000))
                yield SyntheticBeacon(visitor, Kind.LEAVE, path, engaged_ms=engaged, scroll=rng.randint(5, 100))
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
    """Picks by weight with one bisection."""

    def __init__(self, choices: Iterable[tuple[T, float]]) -> None:
        values, weights = zip(*choices, strict=True)
        self._values: tuple[T, ...] = values
        self._sums = list(accumulate(weights))

    def pick(self, rng: Random) -> T:
        return self._values[bisect(self._sums, rng.random() * self._sums[-1])]


def _zipf(values: Iterable[T], flat: int = 1) -> "_Weighted[T]":
    """Return values where the n-th has the weight 1 / (n + ``flat``)."""
    return _Weighted((value, 1 / (n + flat)) for n, value in enumerate(values))


def _prefix(rng: Random) -> str:
    """Return an address with a placeholder for its last part."""
    if rng.random() < _IPV6:
        return f"2a0{rng.randint(0, 15):x}:{rng.randint(1, 9999):x}:{rng.randint(0, 255):x}::{{:x}}"
    return f"{rng.choice(_FIRST_OCTETS)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{{}}"
