"""Fixtures that build on each other: servers for the run, a database and a Redis of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import hypothesis
import pytest
from redis.asyncio import Redis

from common.config import Settings
from common.connections import connect_redis
from common.store import open_pool
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.support.citus import CITUS_URL, CitusDatabases, citus_databases
from tests.support.servers import TestDatabases, running_postgres, running_valkey, settings_for

SHARDS = 4

# Properties are about what is right, not about how busy the machine is.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--beacons", type=int, default=6_000, help="how many beacons the crash tests send")
    parser.addoption(
        "--examples", type=int, help="how many inputs each property is tried with, instead of its own number"
    )
    parser.addoption("--kills", type=int, default=3, help="how often the crash tests kill the worker")


def pytest_configure(config: pytest.Config) -> None:
    if examples := config.getoption("--examples"):
        hypothesis.settings.register_profile(
            "many", hypothesis.settings.get_profile("no deadline"), max_examples=examples
        )
        hypothesis.settings.load_profile("many")


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def plain_databases(postgres: EmbeddedPostgres) -> Iterator[TestDatabases]:
    """On a server of the run's own."""
    with closing(TestDatabases(postgres, SHARDS)) as databases:
        yield databases


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[TestDatabases | CitusDatabases]:
    """Plain ones; with CITUS_URL, those of that cluster."""
    if CITUS_URL is None:
        yield request.getfixturevalue("plain_databases")
        return
    with citus_databases(SHARDS) as databases:
        yield databases


@pytest.fixture
def database_url(databases: TestDatabases | CitusDatabases) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    with databases.clone() as url:
        yield url


@pytest.fixture
def settings(database_url: str, valkey: EmbeddedValkey) -> Settings:
    return settings_for(database_url, valkey.url, shards=SHARDS)


@pytest.fixture
def stream_settings(valkey: EmbeddedValkey) -> Settings:
    """For what needs no database."""
    return settings_for("postgresql://unused", valkey.url, shards=SHARDS)


@pytest.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """An empty Redis; tests of one process run one after another, each from nothing."""
    client = connect_redis(settings_for("", valkey.url, redis={"url": valkey.url, "timeout_ms": 30_000}).redis)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[object]:
    opened = await open_pool(settings.database, application="tests")
    yield opened
    await opened.close()
