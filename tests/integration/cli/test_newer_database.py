"""A database that a newer version has migrated."""

import asyncio

import asyncpg
import pytest

from common.config import Settings
from common.store.install import InstallError
from common.store.migrate import migrate


async def set_newer_revision(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("update alembic_version set version_num = '9999'")
    finally:
        await connection.close()


def test_database_of_newer_version_is_rejected_in_one_line(settings: Settings, database_url: str) -> None:
    asyncio.run(set_newer_revision(database_url))
    with pytest.raises(InstallError, match="belongs to another version") as error:
        migrate(settings)
    assert "\n" not in str(error.value)
