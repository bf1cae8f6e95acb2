"""Beacons one by one, and what is stored of them."""

import asyncio
import time

import asyncpg
from redis.asyncio import Redis

from common.beacon import encode_beacon
from common.config import Settings
from common.identity import shard_of
from common.store import connect
from common.streams import StreamWriter
from tests.conftest import SHARDS
from tests.support.beacons import NOON, beacon_maker


async def send(redis: Redis, numbers: range) -> None:
    make = beacon_maker()
    for number in numbers:
        beacon = make(NOON + number, who=f"visitor {number % 50}", path=f"/{number}")
        await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})


async def stored(settings: Settings, beacons: int, seconds: float = 60) -> list[str]:
    """The paths of what is stored, as soon as that is ``beacons`` rows."""
    assert settings.database.url is not None
    deadline = time.monotonic() + seconds
    while True:
        with_errors = (OSError, asyncpg.PostgresError)
        try:
            connection = await connect(settings.database.url.get_secret_value())
            try:
                paths = [row["path"] for row in await connection.fetch("select path from events")]
                counted = await connection.fetchval("select coalesce(sum(beacons), 0)::int from ingest_counts")
                letters = await connection.fetchval("select count(*) from dead_letters")
            finally:
                await connection.close()
            if len(paths) >= beacons:
                assert counted == len(paths)
                assert letters == 0
                return sorted(paths)
        except with_errors:
            pass
        assert time.monotonic() < deadline, "not stored in time"
        await asyncio.sleep(0.2)


def all_of(count: int) -> list[str]:
    return sorted(f"/{number}" for number in range(count))
