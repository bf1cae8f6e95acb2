"""The demo site's past: written once, into a running install."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from random import Random

from common.config import RedisSettings
from common.connections import connect_redis
from common.store import connect, load_queries
from services.cli.demo_data.programs import program_beacons
from services.cli.demo_data.send import send
from services.cli.demo_data.visits import DemoSite, demo_beacons
from services.cli.errors import CliError
from services.cli.up.plan import DEMO_SITE

VISITS = 50_000
BEACONS_A_VISIT = 4.6
"""Those of programs, which come besides, among them."""
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Story:
    """What to make up. The same seed tells the same story of the year before the day it is told."""

    visits: int = VISITS
    """Of people, about."""
    seed: int = 1


async def fill(
    database: str,
    redis_settings: RedisSettings,
    story: Story,
    advance: Callable[[int], None] = lambda _: None,
    *,
    again: bool = False,
) -> int:
    """Returns when all is stored; gives how many beacons. ``advance`` is told of those sent.

    Raises ``CliError`` where the site has such a past, unless ``again``.
    """
    connection = await connect(database)
    try:
        found = await connection.fetchrow(_SQL["demo_site"], DEMO_SITE)
        shards = await connection.fetchval(_SQL["shards"])
    finally:
        await connection.close()
    if found is None:
        raise CliError(f"there is no site named {DEMO_SITE}")
    if found["has_past"] and not again:
        raise CliError("the demo site has its visits already; --again adds as many once more")
    site = DemoSite(found["id"], found["url"].rstrip("/") + "/")
    told = site, story.visits, datetime.now(UTC)
    # Each with a chance of its own, so that people do what they do whoever else comes.
    people = demo_beacons(Random(story.seed), *told)  # noqa: S311 - no secret
    programs = program_beacons(Random(story.seed), *told)  # noqa: S311 - no secret
    beacons = merge(people, programs, key=lambda beacon: beacon.received_at)
    redis = connect_redis(redis_settings)
    try:
        return await send(redis, shards, beacons, advance)
    finally:
        await redis.aclose()
