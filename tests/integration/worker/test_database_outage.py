"""PostgreSQL unavailable or out of connections or disk: beacons wait, and each is stored exactly once."""

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
async def running_worker(settings: Settings) -> AsyncIterator[WorkerParts]:
    """Run a worker as in its own process."""
    async with open_worker(settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        yield parts
        stop.set()
        await working


@pytest.fixture
async def running(own_settings: Settings, redis: Redis) -> AsyncIterator[WorkerParts]:
    async with running_worker(own_settings) as parts:
        yield parts


class SmallDisk:
    """A file system of a few megabytes that PostgreSQL may write to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Fill the disk to the last byte."""
        with self._filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("NOT TESTED: a full disk of PostgreSQL; only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"NOT TESTED: a full disk of PostgreSQL: {mounted.stderr.decode().strip()}")
    shutil.chown(folder, "nobody")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


async def send(redis: Redis, numbers: range) -> None:
    """Send beacons of visitors whose names start with their numbers, so that all shards have some."""
    make = beacon_maker()
    for number in numbers:
        beacon = make(NOON + number, who=f"{number % 50:04} of visitors", path=f"/{number}")
        await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})


async def stored(settings: Settings, beacons: int, seconds: float = DEADLINE_SECONDS) -> list[str]:
    """Wait until ``beacons`` rows are stored, and return their paths."""
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
async def test_beacons_wait_while_postgres_is_stopped(
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


async def test_outage_is_logged_once_without_tracebacks(
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
    logged = Counter(json.loads(line)["message"] for line in text.splitlines())
    outages = logged["ingest: failed; retrying"]
    # Once for all shards and retries. On a busy machine a late response of Redis may be a second outage.
    assert 1 <= outages == logged["ingest: recovered"] <= 2, text


async def test_beacons_wait_for_free_connection(
    own_postgres: EmbeddedPostgres, own_settings: Settings, running: WorkerParts, redis: Redis
):
    await send(redis, range(50))
    assert await stored(own_settings, 50) == all_of(50)
    connections = []
    try:
        while True:
            connections.append(await connect(own_settings.database.url.get_secret_value()))
    except asyncpg.TooManyConnectionsError:
        pass
    await connections[0].execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'"
    )
    connections.append(await connect(own_settings.database.url.get_secret_value()))
    await send(redis, range(50, 150))
    await asyncio.sleep(1.5)
    for connection in connections:
        await connection.close()
    assert await stored(own_settings, 150) == all_of(150)


async def test_beacons_wait_while_disk_of_tables_is_full(
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
    async with running_worker(own_settings) as parts:
        await send(redis, range(100))
        await stored(own_settings, 100)
        small_disk.fill()
        await send(redis, range(100, 3_000))
        printed: list[str] = []

        def is_logged() -> bool:
            printed.append(capsys.readouterr().out)
            return "DiskFullError" in "".join(printed)

        await until(is_logged)
        assert sum((await parts.streams.waiting(range(SHARDS))).values()) > 0
        small_disk.free()
        assert await stored(own_settings, 3_000) == all_of(3_000)
        assert await parts.pool.fetchval("select count(*) from dead_letters") == 0


async def test_nothing_is_lost_when_full_disk_of_wal_stops_postgres(
    own_postgres: EmbeddedPostgres, own_settings: Settings, small_disk: SmallDisk, redis: Redis
):
    own_postgres.stop()
    wal = own_postgres.directory / "pg_wal"
    shutil.copytree(wal, small_disk.folder / "pg_wal")
    subprocess.run(["chown", "--recursive", "nobody", small_disk.folder / "pg_wal"], check=True)
    shutil.rmtree(wal)
    wal.symlink_to(small_disk.folder / "pg_wal")
    await asyncio.to_thread(own_postgres.start)
    async with running_worker(own_settings):
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
        small_disk.free()
        await asyncio.to_thread(own_postgres.start)
        assert await stored(own_settings, sent + 500) == all_of(sent + 500)


async def use_up_a_segment(settings: Settings) -> bool:
    """Use up a segment of the WAL, so that the next one needs disk space; return False while PostgreSQL is down."""
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
async def test_server_errors_are_retried_and_never_create_dead_letters(
    settings: Settings, redis: Redis, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    store, failures = ShardWriter.store, iter(range(6))
    monkeypatch.setattr(tasks, "_LONGEST_RETRY_SECONDS", 0.05)

    async def fail_at_first(self, sessions):
        await store(self, sessions)
        if next(failures, None) is not None:
            raise error

    monkeypatch.setattr(ShardWriter, "store", fail_at_first)
    async with open_worker(settings, lambda: NOON) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        await send(redis, range(80))
        assert await stored(settings, 80) == all_of(80)
        assert await parts.pool.fetchval("select count(*) from dead_letters") == 0
        stop.set()
        await working
