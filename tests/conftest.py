"""Shared fixtures: servers for the test run, and an empty database and Redis for each test."""

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

# Property tests have no deadline, so that they do not depend on the load of the machine.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--beacons", type=int, default=6_000, help="number of beacons that the crash tests send")
    parser.addoption("--examples", type=int, help="number of inputs for each property test, instead of its own")
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
    """Databases on the server of this test run."""
    with closing(TestDatabases(postgres, SHARDS)) as databases:
        yield databases


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[TestDatabases | CitusDatabases]:
    """Databases on the test run's own server, or with CITUS_URL on that cluster."""
    if CITUS_URL is None:
        yield request.getfixturevalue("plain_databases")
        return
    with citus_databases(SHARDS) as databases:
        yield databases


@pytest.fixture
def database_url(databases: TestDatabases | CitusDatabases) -> Iterator[str]:
    """The URL of a migrated, empty database for one test."""
    with databases.clone() as url:
        yield url


@pytest.fixture
def settings(database_url: str, valkey: EmbeddedValkey) -> Settings:
    return settings_for(database_url, valkey.url, shards=SHARDS)


@pytest.fixture
def stream_settings(valkey: EmbeddedValkey) -> Settings:
    """Settings for tests that need no database."""
    return settings_for("postgresql://unused", valkey.url, shards=SHARDS)


@pytest.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client of an empty Redis. Tests of one process share the server and run one after the other."""
    client = connect_redis(settings_for("", valkey.url, redis={"url": valkey.url, "timeout_ms": 30_000}).redis)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[object]:
    opened = await open_pool(settings.database, application="tests")
    yield opened
    await opened.close()
