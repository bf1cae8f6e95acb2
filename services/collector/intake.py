"""Accept beacons: check site, origin and rate limit, identify the visitor, queue the beacon. Knows nothing of HTTP."""

import asyncio
import os

from common.beacon import MAX_LANGUAGE, MAX_NAME, VERSION, Beacon, Scalar, clean_props, encode_beacon
from common.clock import Clock
from common.identity import shard_of
from common.ids import RandomSupply, uuid7
from common.network import anonymize
from common.salts import Randomness
from common.text import clean_text
from common.urls import parse_page_url, parse_referrer
from services.collector.group_commit import GroupCommits
from services.collector.identity import VisitorIdentifier
from services.collector.payload import BeaconPayload, ClientInfo
from services.collector.rate_limit import RateLimiter
from services.collector.rejection_reasons import RejectedError, RejectionReason
from services.collector.site_registry import SiteRegistry

MAX_WIDTH = 32_767
MAX_ENGAGED_MS = 24 * 60 * 60 * 1000


class Intake:
    def __init__(
        self,
        registry: SiteRegistry,
        limiter: RateLimiter,
        identifier: VisitorIdentifier,
        commits: GroupCommits,
        shards: int,
        clock: Clock,
        random: Randomness = os.urandom,
    ) -> None:
        self._registry = registry
        self._limiter = limiter
        self._identifier = identifier
        self._commits = commits
        self._shards = shards
        self._clock = clock
        self._random = RandomSupply(random)

    def main_origin_of(self, site: str) -> str:
        """Return the first origin of the site, or '' where it allows any. Raises ``RejectedError``."""
        return self._registry.find(site).main_origin

    def accept(self, payload: BeaconPayload, client: ClientInfo) -> "tuple[asyncio.Future[None], str | None]":
        """Queue the beacon; return a future that is done once it is durable, and the cookie value to set, if any.

        Raises ``RejectedError``; the future may hold one, too.
        """
        now = self._clock()
        known = self._registry.find(payload.site)
        try:
            page = parse_page_url(payload.url)
        except ValueError as error:
            raise RejectedError(RejectionReason.MALFORMED, str(error)) from None
        if not known.allows(client.origin or origin_of(payload.url)):
            raise RejectedError(RejectionReason.WRONG_ORIGIN, "the site does not accept beacons from this origin")
        if not self._limiter.allow(client.ip, now):
            raise RejectedError(
                RejectionReason.RATE_LIMITED,
                "too many beacons from one client",
                retry_after=self._limiter.seconds_to_wait,
            )
        visitor = self._identifier.identify(known.site, client, payload.visitor or "", now)
        beacon = Beacon(
            VERSION,
            uuid7(now, self._random.take(10)),
            known.site.id,
            now,
            payload.kind.kind,
            visitor.id,
            anonymize(client.ip),
            client.user_agent,
            page.host,
            page.path,
            page.query,
            parse_referrer(payload.referrer) if payload.referrer else "",
            _bounded(payload.width, MAX_WIDTH),
            clean_text(payload.language, MAX_LANGUAGE) if payload.language else "",
            clean_text(payload.name, MAX_NAME) if payload.name else "",
            _props(payload.props) if payload.props else {},
            _bounded(payload.engaged_ms, MAX_ENGAGED_MS),
            _bounded(payload.scroll, 100),
            bool(payload.webdriver),
        )
        done = self._commits.commit(shard_of(visitor.id, self._shards), encode_beacon(beacon))
        return done, visitor.new_cookie


def origin_of(url: str) -> str:
    """Return scheme://host[:port] of an absolute URL."""
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
        raise RejectedError(RejectionReason.MALFORMED, str(error)) from None


def _bounded(value: float | None, most: int) -> int:
    return min(max(int(value), 0), most) if value else 0
