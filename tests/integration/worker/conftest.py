"""A worker on real servers: append beacons to the streams, run the worker, read what it stored."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import pytest
from redis.asyncio import Redis

from common.beacon import Beacon, encode_beacon
from common.clock import Clock
from common.config import Settings
from common.identity import shard_of
from common.streams import StreamWriter
from services.worker.app import WorkerParts, open_worker
from tests.support.beacons import NOON

Put = Callable[[Iterable[Beacon]], Awaitable[None]]
Work = Callable[[], Awaitable[int]]


@pytest.fixture
def clock() -> Clock:
    return lambda: NOON


@pytest.fixture
async def worker(settings: Settings, redis: Redis, clock: Clock) -> AsyncIterator[WorkerParts]:
    async with open_worker(settings, clock, burst=True) as parts:
        yield parts


@pytest.fixture
def put(redis: Redis, settings: Settings) -> Put:
    """Append beacons to the streams as a collector does."""

    async def put_beacons(beacons: Iterable[Beacon]) -> None:
        by_shard: dict[int, list[bytes]] = {}
        for beacon in beacons:
            by_shard.setdefault(shard_of(beacon.visitor_id, settings.install.shards), []).append(encode_beacon(beacon))
        await StreamWriter(redis).append(by_shard)

    return put_beacons


@pytest.fixture
def work(worker: WorkerParts) -> Work:
    """Dispatch once and run jobs until the queue is empty; return the number of jobs."""

    async def run() -> int:
        await worker.dispatcher.dispatch()
        before = worker.shard_worker.jobs_complete
        await worker.shard_worker.async_run()
        assert worker.shard_worker.jobs_failed == 0
        return worker.shard_worker.jobs_complete - before

    return run
