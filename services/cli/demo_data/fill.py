"""Fills the demo site of a running install with a year of generated visits."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from random import Random

from redis.asyncio import Redis

from common.beacon import Beacon, encode_beacon
from common.config import RedisSettings
from common.connections import connect_redis
from common.identity import shard_of
from common.store import connect, load_queries
from common.streams import StreamReader, StreamWriter
from services.cli.demo_data.bots import bot_beacons
from services.cli.demo_data.visits import DemoSite, demo_beacons
from services.cli.errors import CliError
from services.cli.up.plan import DEMO_SITE

DEFAULT_VISITS = 50_000
BEACONS_PER_VISIT = 4.6
"""On average; includes the beacons of bots, which come in addition to the visits."""
_BATCH_BEACONS = 4_000
_MAX_WAITING_ENTRIES = 20
_POLL_SECONDS = 0.1
_SQL = load_queries(__package__)


async def fill(
    database: str,
    redis_settings: RedisSettings,
    visits: int = DEFAULT_VISITS,
    seed: int = 1,
    advance: Callable[[int], None] = lambda _: None,
    *,
    again: bool = False,
) -> int:
    """Send about ``visits`` visits and return the number of beacons when all of them are stored.

    The same ``seed`` generates the same year, which ends today. ``advance`` is called with the number of beacons sent.
    Raises ``CliError`` where the site has such visits already, unless ``again``.
    """
    connection = await connect(database)
    try:
        found = await connection.fetchrow(_SQL["demo_site"], DEMO_SITE)
        shards = await connection.fetchval(_SQL["shards"])
    finally:
        await connection.close()
    if found is None:
        raise CliError(f"the demo site does not exist; create a site named {DEMO_SITE} first")
    if found["has_old_visits"] and not again:
        raise CliError("the demo site already has demo data; use --again to add more")
    site = DemoSite(found["id"], found["url"].rstrip("/") + "/")
    until = datetime.now(UTC)
    # Separate generators, so that the visits do not depend on the bots.
    visitors = demo_beacons(Random(seed), site, visits, until)  # noqa: S311 - no secret
    bots = bot_beacons(Random(seed), site, visits, until)  # noqa: S311 - no secret
    beacons = merge(visitors, bots, key=lambda beacon: beacon.received_at)
    redis = connect_redis(redis_settings)
    try:
        return await _send(redis, shards, beacons, advance)
    finally:
        await redis.aclose()


async def _send(redis: "Redis", shards: int, beacons: Iterable[Beacon], advance: Callable[[int], None]) -> int:
    """Send beacons to the streams as a collector does, without getting far ahead of the worker."""
    writer, reader = StreamWriter(redis), StreamReader(redis)
    source, sent = iter(beacons), 0
    while batch := list(islice(source, _BATCH_BEACONS)):
        by_shard: dict[int, list[bytes]] = {}
        for beacon in batch:
            by_shard.setdefault(shard_of(beacon.visitor_id, shards), []).append(encode_beacon(beacon))
        await writer.append(by_shard)
        sent += len(batch)
        advance(len(batch))
        await _wait_for_worker(reader, shards, _MAX_WAITING_ENTRIES)
    await _wait_for_worker(reader, shards, 0)
    return sent


async def _wait_for_worker(reader: StreamReader, shards: int, entries: int) -> None:
    """Return when no shard has more than ``entries`` waiting."""
    while max((await reader.waiting(range(shards))).values(), default=0) > entries:  # noqa: ASYNC110 - only polling works
        await asyncio.sleep(_POLL_SECONDS)
