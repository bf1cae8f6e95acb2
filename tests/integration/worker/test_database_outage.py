"""Postgres away, full of connections, refusing: beacons wait, nothing is dropped, and nothing is stored twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from common.beacon import encode_beacon
from common.config import Settings
from common.identity import shard_of
from common.store import connect
from common.store.migrate import migrate
from common.streams import StreamWriter
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey
from services.worker.app import WorkerParts, open_worker
from services.worker.runner import run_until
from services.worker.writer import ShardWriter
from tests.support.beacons import NOON, beacon_maker
from tests.support.servers import settings_for

SHARDS = 4


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    tmp_path.chmod(0o755)
    server = EmbeddedPostgres(tmp_path / "postgres", "a password of the tests", {"max_connections": "20"})
    server.start()
    server.make_database()
    yield server
    server.stop()


@pytest.fixture
def own_settings(own_postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> Settings:
    settings = settings_for(own_postgres.database_url(), valkey.url, shards=SHARDS)
    migrate(settings)
    return settings


@pytest.fixture
async def running(own_settings: Settings, redis: Redis) -> AsyncIterator[WorkerParts]:
    """A worker at work, as in its own process."""
    async with open_worker(own_settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        yield parts
        stop.set()
        await working


async def send(redis: Redis, numbers: range) -> None:
    make = beacon_maker()
    for number in numbers:
        beacon = make(NOON + number, who=f"visitor {number % 50}", path=f"/{number}")
        await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})


async def stored(settings: Settings, beacons: int, seconds: float = 40) -> list[str]:
    """The paths of what is stored, as soon as that is ``beacons`` rows."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = await connect(settings.database.url.get_secret_value())
            try:
                paths = [row["path"] for row in await connection.fetch("select path from events")]
                counted = await connection.fetchval("select coalesce(sum(beacons), 0)::int from ingest_counts")
            finally:
                await connection.close()
            if len(paths) >= beacons:
                assert counted == len(paths)
                return sorted(paths)
        except (OSError, asyncpg.PostgresError):
            pass
        assert time.monotonic() < deadline, "not stored in time"
        await asyncio.sleep(0.1)


def all_of(count: int) -> list[str]:
    return sorted(f"/{number}" for number in range(count))


@pytest.mark.parametrize("kill", [False, True])
async def test_a_stopped_postgres_holds_beacons_up_and_loses_none(
    own_postgres: EmbeddedPostgres, own_settings: Settings, running: WorkerParts, redis: Redis, kill: bool
):
    await send(redis, range(100))
    await asyncio.to_thread(own_postgres.stop, kill)
    await send(redis, range(100, 300))
    await asyncio.sleep(2)
    waiting = sum((await running.streams.waiting(range(SHARDS))).values())
    assert waiting >= 200

    await asyncio.to_thread(own_postgres.start)
    assert await stored(own_settings, 300) == all_of(300)


async def test_without_a_free_connection_beacons_wait_for_one(
    own_postgres: EmbeddedPostgres, own_settings: Settings, running: WorkerParts, redis: Redis
):
    await send(redis, range(50))
    assert await stored(own_settings, 50) == all_of(50)
    hogs = []
    try:
        while True:
            hogs.append(await connect(own_settings.database.url.get_secret_value()))
    except asyncpg.TooManyConnectionsError:
        pass
    await hogs[0].execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'")
    hogs.append(await connect(own_settings.database.url.get_secret_value()))
    await send(redis, range(50, 150))
    await asyncio.sleep(1.5)
    for hog in hogs:
        await hog.close()
    assert await stored(own_settings, 150) == all_of(150)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.SerializationError("could not serialize access"),
        asyncpg.DeadlockDetectedError("deadlock detected"),
        asyncpg.DiskFullError("could not extend file: No space left on device"),
        asyncpg.CannotConnectNowError("the database system is in recovery mode"),
        asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    ],
)
async def test_what_is_the_server_s_fault_is_tried_again_and_never_a_dead_letter(
    own_settings: Settings, redis: Redis, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    store, failures = ShardWriter.store, iter(range(6))

    async def fails_at_first(self, sessions):
        await store(self, sessions)
        if next(failures, None) is not None:
            raise error

    monkeypatch.setattr(ShardWriter, "store", fails_at_first)
    async with open_worker(own_settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        await send(redis, range(80))
        assert await stored(own_settings, 80) == all_of(80)
        assert await parts.pool.fetchval("select count(*) from dead_letters") == 0
        stop.set()
        await working
