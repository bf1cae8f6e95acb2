"""Real servers for the measurements, as durable as in production."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.processes import BenchmarkedService as BenchmarkedService
from benchmarks.processes import Cores, free_port, running, started_on
from benchmarks.traffic import HOST
from common.config import Settings
from common.registry import RegisteredSite, publish
from common.store import connect, load_queries
from common.store.migrate import migrate
from common.streams.writer import STREAM
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey

SITE = "bench"
SHARDS = 16
_PASSWORD = "a password of the benchmarks"
_SQL = load_queries("benchmarks")


@contextlib.contextmanager
def running_valkey(folder: Path, *, fsync: str = "always", cores: Cores) -> Iterator[EmbeddedValkey]:
    """Run Valkey until the block ends. ``fsync``: its ``appendfsync``, ``always`` or ``everysec``."""
    server = EmbeddedValkey(folder / "valkey", {"appendfsync": fsync})
    with started_on(cores):
        server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def running_postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    """Run the embedded PostgreSQL with fsync on until the block ends."""
    server = EmbeddedPostgres(folder / "postgres", _PASSWORD)
    server.start()
    try:
        server.create_database()
        yield server
    finally:
        server.stop()


def settings_for(redis_url: str, database_url: str = "postgresql://unused") -> Settings:
    return Settings.model_validate({"redis": {"url": redis_url}, "database": {"url": database_url}})


def prepare_database(database_url: str) -> None:
    migrate(settings_for("redis://unused", database_url))


async def make_site(database_url: str) -> int:
    """Create the benchmarks' site and return its id."""
    connection = await connect(database_url)
    try:
        return int(await connection.fetchval(_SQL["make_site"], SITE, f"https://{HOST}/"))
    finally:
        await connection.close()


async def publish_site(redis: "Redis", site_id: int) -> None:
    await publish(redis, [RegisteredSite(id=site_id, name=SITE, origins=(f"https://{HOST}",))])


async def queued(redis: "Redis") -> int:
    """Return the number of beacons in all streams, from the count in each entry."""
    total = 0
    for shard in range(SHARDS):
        entries = await redis.xrange(STREAM.format(shard))
        total += sum(int(fields[b"n"]) for _, fields in entries)
    return total


async def forget_streams(redis: "Redis") -> None:
    await redis.delete(*map(STREAM.format, range(SHARDS)))


def running_collector(
    redis_url: str, folder: Path, cores: Cores, *, port: int | None = None
) -> "contextlib.AbstractContextManager[BenchmarkedService]":
    """Run the collector behind a trusted proxy, without a rate limit, because all load comes from one address.

    ``port``: the port of another collector, to share its connections.
    """
    port = port or free_port()
    settings = {
        "PYUNIQVISIT_REDIS__URL": redis_url,
        "PYUNIQVISIT_COLLECTOR__PORT": str(port),
        "PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED": "false",
        "PYUNIQVISIT_COLLECTOR__TRUSTED_PROXIES": '["127.0.0.1/32"]',
    }
    return _running_service("services.collector", port, settings, folder, cores)


def running_worker(
    redis_url: str,
    database_url: str,
    folder: Path,
    cores: Cores,
    *,
    module: str = "services.worker",
    arguments: str = "",
) -> "contextlib.AbstractContextManager[BenchmarkedService]":
    """Run the worker; ``module`` replaces the service's own module."""
    port = free_port()
    settings = {
        "PYUNIQVISIT_REDIS__URL": redis_url,
        "PYUNIQVISIT_DATABASE__URL": database_url,
        "PYUNIQVISIT_WORKER__PORT": str(port),
    }
    return _running_service(module, port, settings, folder, cores, *([arguments] if arguments else []))


def running_api(
    redis_url: str, database_url: str, folder: Path, cores: Cores
) -> "contextlib.AbstractContextManager[BenchmarkedService]":
    port = free_port()
    settings = {
        "PYUNIQVISIT_REDIS__URL": redis_url,
        "PYUNIQVISIT_DATABASE__URL": database_url,
        "PYUNIQVISIT_API__PORT": str(port),
        "PYUNIQVISIT_API__JWT_SECRET": "a secret of the benchmarks, 32 letters or more",
    }
    return _running_service("services.api", port, settings, folder, cores)


def running_bare(module: str, folder: Path, cores: Cores) -> "contextlib.AbstractContextManager[BenchmarkedService]":
    """Run ``benchmarks.bare`` or ``benchmarks.raw``."""
    port = free_port()
    return running(module, str(port), port=port, cores=cores, environment={}, log=folder / f"{module}.log")


def _running_service(
    module: str, port: int, settings: Mapping[str, str], folder: Path, cores: Cores, *arguments: str
) -> "contextlib.AbstractContextManager[BenchmarkedService]":
    environment = {
        "PYUNIQVISIT_DATA_DIR": str(folder),
        "PYUNIQVISIT_LOG__LEVEL": "warning",
        **settings,
    }
    return running(
        module,
        *arguments,
        port=port,
        cores=cores,
        environment=environment,
        log=folder / f"{module}.log",
        path="/health/ready",
    )
