"""Servers with real durability, for tests that kill processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.config import Settings
from common.store.migrate import migrate
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.support.servers import settings_for


@pytest.fixture
def durable_install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a migrated database and a Valkey for one test. Both write to disk before they acknowledge."""
    folder: Path = tmp_path_factory.mktemp("durable")
    postgres = EmbeddedPostgres(folder / "postgres", "a password of the tests")
    valkey = EmbeddedValkey(folder / "valkey")
    try:
        postgres.start()
        valkey.start()
        postgres.create_database()
        settings = settings_for(postgres.database_url(), valkey.url, shards=16)
        migrate(settings)
        yield settings
    finally:
        valkey.stop()
        postgres.stop()


@pytest.fixture
def beacons_to_send(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--beacons"))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))
