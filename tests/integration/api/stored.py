"""A site whose visits came through the real worker: what the API's tests of visitors read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from common.beacon import Beacon, encode_beacon
from common.clock import Clock
from common.config import Settings
from common.identity import shard_of
from common.streams import StreamWriter
from services.worker.app import WorkerParts, open_worker

Store = Callable[[Iterable[Beacon]], Awaitable[None]]


async def put(redis: Any, beacons: Iterable[Beacon], shards: int) -> None:
    """Appends beacons to the streams as a collector does."""
    by_shard: dict[int, list[bytes]] = {}
    for beacon in beacons:
        by_shard.setdefault(shard_of(beacon.visitor_id, shards), []).append(encode_beacon(beacon))
    await StreamWriter(redis).append(by_shard)


async def work(worker: WorkerParts, shards: int) -> int:
    """Stores all that is on the streams; gives how many beacons that were."""
    return sum([await worker.ingest.drain(shard, 60) for shard in range(shards)])


@asynccontextmanager
async def storing(settings: Settings, redis: Any, clock: Clock) -> AsyncIterator[Store]:
    """Gives a function that sends beacons and returns when the worker has stored them."""
    shards = settings.install.shards
    async with open_worker(settings, clock, burst=True) as worker:

        async def store(beacons: Iterable[Beacon]) -> None:
            await put(redis, beacons, shards)
            await work(worker, shards)

        yield store
