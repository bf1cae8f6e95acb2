"""A database of an earlier release, with what that release had stored in it."""

import asyncio
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import asyncpg
import pytest

from common.store.migrate import upgrade
from services.cli.embedded import EmbeddedPostgres
from tests.support.servers import settings_for

SHARDS = 4
_LEFT = files("tests.integration.upgrade.schema_0003")


@pytest.fixture
def told() -> Any:
    """What the release said of its own data: reports, beacons by what became of them, and what its streams held."""
    return json.loads((_LEFT / "told.json").read_text(encoding="utf-8"))


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Of a database at revision 0003."""
    name = "release_before"
    postgres.make_database(name)
    url = postgres.database_url(name)
    upgrade(url, "0003")
    asyncio.run(_run(url, (_LEFT / "rows.sql").read_text(encoding="utf-8")))
    yield url
    asyncio.run(_run(postgres.database_url("postgres"), f"drop database {name} with (force)"))


@pytest.fixture
def settings(database_url: str, valkey: Any) -> Any:
    return settings_for(database_url, valkey.url, shards=SHARDS)


async def _run(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
