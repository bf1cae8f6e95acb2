"""The way of a hit: site, origin, rate, identity, beacon, commit. Straight lines, and nothing of HTTP."""

import asyncio
import os

from common.beacon import MAX_LANGUAGE, MAX_NAME, VERSION, Beacon, Scalar, clean_props, encode_beacon
from common.clock import Clock
from common.identity import shard_of
from common.ids import RandomSupply, uuid7
from common.network import anonymise
from common.salts import Randomness
from common.text import clean_text
from common.urls import parse_page_url, parse_referrer
from services.collector.group_commit import GroupCommits
from services.collector.hit import Hit, Sender
from services.collector.identity import VisitorIdentity
from services.collector.rate_limit import RateLimiter
from services.collector.refusals import Refusal, RefusedError
from services.collector.registry import SiteRegistry

MAX_WIDTH = 32_767
MAX_ENGAGED_MS = 24 * 60 * 60 * 1000


class Intake:
    def __init__(
        self,
        registry: SiteRegistry,
        limiter: RateLimiter,
        identity: VisitorIdentity,
        commits: GroupCommits,
        shards: int,
        clock: Clock,
        random: Randomness = os.urandom,
    ) -> None:
        self._registry = registry
        self._limiter = limiter
        self._identity = identity
        self._commits = commits
        self._shards = shards
        self._clock = clock
        self._random = RandomSupply(random)

    def home_of(self, site: str) -> str:
        """An origin of the site's own pages, or '' where they may be anywhere. Raises ``RefusedError``."""
        return self._registry.find(site).home

    def take(self, hit: Hit, sender: Sender) -> "tuple[asyncio.Future[None], str | None]":
        """A future that is done once the hit is durable, and a cookie value that the answer must set, if any.

        Raises ``RefusedError`` for what will not be kept; the future may hold one, too.
        """
        now = self._clock()
        known = self._registry.find(hit.site)
        try:
            page = parse_page_url(hit.url)
        except ValueError as error:
            raise RefusedError(Refusal.MALFORMED, str(error)) from None
        if not known.allows(sender.origin or origin_of(hit.url)):
            raise RefusedError(Refusal.WRONG_ORIGIN, "the site does not take beacons from this origin")
        if not self._limiter.allow(sender.ip, now):
            raise RefusedError(
                Refusal.RATE_LIMITED, "too many beacons from one client", retry_after=self._limiter.seconds_to_wait
            )
        visitor = self._identity.visitor(known.site, sender, hit.visitor or "", now)
        beacon = Beacon(
            VERSION,
            uuid7(now, self._random.take(10)),
            known.site.id,
            now,
            hit.kind.kind,
            visitor.id,
            anonymise(sender.ip),
            sender.user_agent,
            page.host,
            page.path,
            page.query,
            parse_referrer(hit.referrer) if hit.referrer else "",
            _bounded(hit.width, MAX_WIDTH),
            clean_text(hit.language, MAX_LANGUAGE) if hit.language else "",
            clean_text(hit.name, MAX_NAME) if hit.name else "",
            _props(hit.props) if hit.props else {},
            _bounded(hit.engaged_ms, MAX_ENGAGED_MS),
            _bounded(hit.scroll, 100),
            bool(hit.webdriver),
        )
        done = self._commits.commit(shard_of(visitor.id, self._shards), encode_beacon(beacon))
        return done, visitor.new_cookie


def origin_of(url: str) -> str:
    """scheme://host[:port] of a URL that is known to be absolute."""
    scheme, _, rest = url.partition("://")
    end = len(rest)
    for mark in "/?#":
        found = rest.find(mark, 0, end)
        end = found if found >= 0 else end
    return f"{scheme}://{rest[:end]}".lower()


def _props(props: dict[str, Scalar | None]) -> dict[str, Scalar]:
    try:
        return clean_props(props)
    except ValueError as error:
        raise RefusedError(Refusal.MALFORMED, str(error)) from None


def _bounded(value: float | None, most: int) -> int:
    return min(max(int(value), 0), most) if value else 0
