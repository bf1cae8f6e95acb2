"""A site with every kind of visit, put there by the real worker."""

from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

from common.beacon import Beacon, Kind, encode_beacon
from common.config import Settings
from common.identity import shard_of
from common.streams import StreamWriter
from services.worker.app import open_worker
from tests.support.beacons import CHROME, beacon_maker

AGENTS = (
    CHROME,
    CHROME.replace("Chrome/130", "Chrome/131"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "",
)
PAGES = ("/", "/prices", "/prices/team", "/über", "/a%20b", "/it's", '/"quoted"', "/100%_sure", "/Prices")
REFERRERS = ("", "https://www.google.com/", "https://news.ycombinator.com/item", "https://blog.example.org/a/b")
QUERIES = ("", "utm_source=news&utm_medium=email&utm_campaign=May&utm_term=x&utm_content=y", "utm_source=O'Reilly")
PLACES = (("", "", ""), ("NZ", "Auckland", "Auckland"), ("NZ", "Otago", "Dunedin"), ("FR", "Bretagne", "Brest"))
PROPS: tuple[dict[str, Any], ...] = ({}, {"plan": "pro", "seats": 3}, {"plan": "free", "trial": True}, {"a:is:b": "c"})


async def store(beacons: list[Beacon], settings: Settings, redis: Any, clock: Any) -> None:
    """By way of the streams, as a collector and a worker do it."""
    by_shard: dict[int, list[bytes]] = {}
    for beacon in beacons:
        by_shard.setdefault(shard_of(beacon.visitor_id, settings.install.shards), []).append(encode_beacon(beacon))
    await StreamWriter(redis).append(by_shard)
    async with open_worker(settings, clock, burst=True) as parts:
        await parts.dispatcher.dispatch()
        await parts.shard_worker.async_run()
        assert parts.shard_worker.jobs_failed == 0


def some_visitor(number: int) -> bytes:
    """16 bytes as random as those of real visitors, so that they are spread over the shards."""
    return blake2b(number.to_bytes(4, "big"), digest_size=16).digest()


def some_beacons(random: Random, site_id: int, begin: datetime, end: datetime, visits: int = 150) -> list[Beacon]:
    """Visits that begin from three hours before the span to three hours after it, some of them across its ends."""
    make = beacon_maker()
    beacons = []
    around = timedelta(hours=3)
    span = end - begin + 2 * around
    for _ in range(visits):
        edge = random.choice([begin, end, None])
        start = edge - timedelta(minutes=random.uniform(-5, 25)) if edge else begin - around + random.random() * span
        who = {
            "visitor_id": some_visitor(random.randrange(visits // 3)),
            "site_id": site_id,
            "user_agent": random.choice(AGENTS),
            "referrer": random.choice(REFERRERS),
            "query": random.choice(QUERIES),
            "width": random.choice((0, 400, 1280, 1920)),
            "language": random.choice(("", "en-GB", "de")),
            "host": random.choice(("shop.example", "www.shop.example")),
        }
        for minute in sorted(random.uniform(0, 40) for _ in range(random.randint(1, 5))):
            at = int((start + timedelta(minutes=minute)).timestamp() * 1000)
            what: dict[str, Any] = random.choice(
                [
                    {"kind": Kind.PAGEVIEW},
                    {"kind": Kind.PAGEVIEW},
                    {"kind": Kind.PAGEVIEW, "props": random.choice(PROPS)},
                    {
                        "kind": Kind.EVENT,
                        "name": random.choice(("signup", "buy", "Buy")),
                        "props": random.choice(PROPS),
                    },
                    {"kind": Kind.CLICK, "name": random.choice(("https://other.example/", "https://x.example/a.pdf"))},
                    {"kind": Kind.LEAVE, "engaged_ms": 4_000},
                ]
            )
            beacons.append(make(at, path=random.choice(PAGES), **who, **what))
    random.shuffle(beacons)
    return beacons


async def place_visitors(pool: Any) -> None:
    """Gives visits places: tests have no geo database."""
    for number, place in enumerate(PLACES):
        await pool.execute(
            "update visits set country = $2, region = $3, city = $4 where abs(hashtext(visitor_id::text)) % 4 = $1",
            number,
            *place,
        )
