"""A restore into a distributed database leaves it distributed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from common.clock import utc
from common.config import Settings
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.store.distribution import CannotDistributeError
from services.cli.backup.backup_file import BackupError
from services.cli.backup.databases import migration_of
from services.cli.backup.dump import back_up
from services.cli.backup.restore import restore
from tests.support.beacons import MINUTE, NOON, beacon_maker
from tests.support.citus import CITUS_SHARDS, CitusDatabases

NOW = utc(NOON)
PARTS = "select shard_count from citus_tables where table_name = 'visits'::regclass"


@pytest.fixture
def other(databases: CitusDatabases) -> Iterator[str]:
    """An empty distributed database."""
    with databases.clone() as url:
        yield url


@pytest.fixture
async def file(settings: Settings, pool, put, work, tmp_path: Path) -> Path:
    make = beacon_maker()
    await create_site(pool, SiteSettings("demo", "https://shop.example"), NOW - timedelta(days=1))
    await put([make(NOON + n * MINUTE, who=f"{n % 7} visitor") for n in range(30)])
    await work()
    assert settings.database.url is not None
    await back_up(settings.database.url.get_secret_value(), tmp_path / "file", NOW)
    return tmp_path / "file"


async def test_backup_is_restored_into_distributed_database(file: Path, other: str):
    restored = await restore(other, file, migration_of(other))
    assert restored["events"] == 30
    connection = await asyncpg.connect(other)
    try:
        assert await connection.fetchval(PARTS) == CITUS_SHARDS
        assert await connection.fetchval("select count(*) from events") == 30
        assert await connection.fetchval("select pg_relation_size('ingest_offsets')") == 0
    finally:
        await connection.close()


async def test_failed_distribution_after_restore_is_reported(file: Path, other: str, monkeypatch: pytest.MonkeyPatch):
    async def refused(*_: Any) -> None:
        raise CannotDistributeError("db1:5432 cannot be reached")

    monkeypatch.setattr("services.cli.backup.restore.distribute", refused)
    with pytest.raises(
        BackupError, match=f"restored, but on one server only: db1.* `pyuniqvisit distribute --shards {CITUS_SHARDS}`"
    ):
        await restore(other, file, migration_of(other))
    connection = await asyncpg.connect(other)
    try:
        assert await connection.fetchval("select count(*) from events") == 30
    finally:
        await connection.close()
