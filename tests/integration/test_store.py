"""The schema and its migrations, on a real server."""

from datetime import date

import pytest

from common.config import Settings
from common.store.install import InstallError, check_install


async def test_partition_is_created_once_for_month(pool):
    assert await pool.fetchval("select ensure_partition('visits', $1)", date(2031, 5, 22)) is True
    assert await pool.fetchval("select ensure_partition('visits', $1)", date(2031, 5, 1)) is False


async def test_install_keeps_number_of_shards(pool, settings: Settings):
    async with pool.acquire() as connection:
        await check_install(connection, settings.install.shards)
        with pytest.raises(InstallError, match="created with 4"):
            await check_install(connection, 8)
