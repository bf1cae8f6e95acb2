"""Postgres away, out of connections or disk, refusing: beacons wait, none is dropped, and none is stored twice."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
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
from services.cli.embedded.postgres import DATABASE
from services.worker.app import WorkerParts, open_worker
from services.worker.ingest.writer import ShardWriter
from services.worker.scheduler import tasks
from services.worker.scheduler.runner import run_until
from tests.support.beacons import NOON, beacon_maker
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess
from tests.support.waiting import DEADLINE_SECONDS, until

SHARDS = 4


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    tmp_path.chmod(0o755)
    server = EmbeddedPostgres(tmp_path / "postgres", "a password of the tests", {"max_connections": "20"})
    server.start()
    server.create_database()
    yield server
    server.stop()


@pytest.fixture
def own_settings(own_postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> Settings:
    settings = settings_for(own_postgres.database_url(), valkey.url, shards=SHARDS)
    migrate(settings)
    return settings


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[WorkerParts]:
    """A worker as in its own process."""
    async with open_worker(settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        yield parts
        stop.set()
        await working


@pytest.fixture
async def running(own_settings: Settings, redis: Redis) -> AsyncIterator[WorkerParts]:
    async with at_work(own_settings) as parts:
        yield parts


class SmallDisk:
    """A file system of a few megabytes that PostgreSQL may write to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """To the last byte."""
        with self._filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("A FULL DISK UNDER POSTGRESQL WAS NOT TRIED: only root can mount a small one")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"A FULL DISK UNDER POSTGRESQL WAS NOT TRIED: {mounted.stderr.decode().strip()}")
    shutil.chown(folder, "nobody")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


async def send(redis: Redis, numbers: range) -> None:
    """Of visitors whose numbers come first in their names, so that all shards have some."""
    make = beacon_maker()
    for number in numbers:
        beacon = make(NOON + number, who=f"{number % 50:04} of visitors", path=f"/{number}")
        await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})


async def stored(settings: Settings, beacons: int, seconds: float = DEADLINE_SECONDS) -> list[str]:
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


async def test_an_outage_is_told_once_and_without_tracebacks(
    own_postgres: EmbeddedPostgres, own_settings: Settings, redis: Redis, tmp_path: Path
):
    worker = ServiceProcess("worker", own_settings, tmp_path)
    await worker.start()
    await asyncio.to_thread(own_postgres.stop, kill=True)
    await send(redis, range(100))
    await asyncio.sleep(4)
    await asyncio.to_thread(own_postgres.start)
    assert await stored(own_settings, 100) == all_of(100)
    assert worker.stop() == 0
    text = worker.log.read_text()
    assert "Traceback" not in text
    said = Counter(json.loads(line)["message"] for line in text.splitlines())
    told = said["ingest: failed; retrying"]
    # Once for the outage, for all shards and tries; a Redis that answers late on a busy machine may be another.
    assert 1 <= told == said["ingest: recovered"] <= 2, text


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


async def test_when_tables_have_no_room_beacons_wait_until_there_is_some(
    own_postgres: EmbeddedPostgres,
    own_settings: Settings,
    small_disk: SmallDisk,
    redis: Redis,
    capsys: pytest.CaptureFixture[str],
):
    operator = await connect(own_postgres.database_url("postgres"))
    await operator.execute(f"create tablespace small location '{small_disk.folder}'")
    await operator.execute(f"alter database {DATABASE} set tablespace small")
    await operator.close()
    async with at_work(own_settings) as parts:
        await send(redis, range(100))
        await stored(own_settings, 100)
        small_disk.fill()
        await send(redis, range(100, 3_000))
        printed: list[str] = []

        def is_told() -> bool:
            printed.append(capsys.readouterr().out)
            return "DiskFullError" in "".join(printed)

        await until(is_told)
        assert sum((await parts.streams.waiting(range(SHARDS))).values()) > 0
        small_disk.make_room()
        assert await stored(own_settings, 3_000) == all_of(3_000)
        assert await parts.pool.fetchval("select count(*) from dead_letters") == 0


async def test_when_the_log_has_no_room_postgres_goes_down_and_nothing_is_lost_when_it_is_back(
    own_postgres: EmbeddedPostgres, own_settings: Settings, small_disk: SmallDisk, redis: Redis
):
    own_postgres.stop()
    wal = own_postgres.directory / "pg_wal"
    shutil.copytree(wal, small_disk.folder / "pg_wal")
    subprocess.run(["chown", "--recursive", "nobody", small_disk.folder / "pg_wal"], check=True)
    shutil.rmtree(wal)
    wal.symlink_to(small_disk.folder / "pg_wal")
    await asyncio.to_thread(own_postgres.start)
    async with at_work(own_settings):
        await send(redis, range(200))
        await stored(own_settings, 200)
        small_disk.fill()
        sent = 200

        async def is_down() -> bool:
            nonlocal sent
            if await use_up_a_segment(own_settings):
                await send(redis, range(sent, sent + 20))
                sent += 20
            return own_postgres.process is None or own_postgres.process.poll() is not None

        await until(is_down, seconds=120)
        assert "No space left on device" in own_postgres.log.read_text()
        await send(redis, range(sent, sent + 500))
        small_disk.make_room()
        await asyncio.to_thread(own_postgres.start)
        assert await stored(own_settings, sent + 500) == all_of(sent + 500)


async def use_up_a_segment(settings: Settings) -> bool:
    """Of the log: what was made before is used first, and the next one has no room. False while Postgres is away."""
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        operator = await connect(settings.database.url.get_secret_value())
        try:
            await operator.execute("select pg_switch_wal()")
            return True
        finally:
            operator.terminate()
    return False


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
    settings: Settings, redis: Redis, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    store, failures = ShardWriter.store, iter(range(6))
    monkeypatch.setattr(tasks, "_LONGEST_RETRY_SECONDS", 0.05)

    async def fails_at_first(self, sessions):
        await store(self, sessions)
        if next(failures, None) is not None:
            raise error

    monkeypatch.setattr(ShardWriter, "store", fails_at_first)
    async with open_worker(settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        await send(redis, range(80))
        assert await stored(settings, 80) == all_of(80)
        assert await parts.pool.fetchval("select count(*) from dead_letters") == 0
        stop.set()
        await working
