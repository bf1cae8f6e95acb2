"""Two installs with different numbers of shards: one exports, the other imports."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.config import Settings
from common.store import load_queries, open_pool
from services.api.app import create_app
from tests.integration.api.people import User, add_user
from tests.support.servers import TestDatabases, settings_for

OTHER_SHARDS = 7
_SQL = load_queries("common.store")


@dataclass(frozen=True)
class Install:
    client: Any
    pool: Any
    settings: Settings
    admin: User

    async def make_site(self, name: str, **more: Any) -> int:
        body = {"name": name, "url": "https://shop.example", "timezone": "Pacific/Auckland", **more}
        answer = await self.client.post("/api/v1/sites", json=body, headers=self.admin.headers)
        assert answer.status == 201, await answer.text()
        return await self.pool.fetchval("select id from sites where name = $1", name)

    async def export(self, site: str, **query: str) -> bytes:
        answer = await self.client.get(f"/api/v1/sites/{site}/export", params=query, headers=self.admin.headers)
        assert answer.status == 200, await answer.text()
        return await answer.read()

    async def send(self, site: str, file: bytes) -> Any:
        return await self.client.post(f"/api/v1/sites/{site}/import", data=file, headers=self.admin.headers)

    async def import_file(self, site: str, file: bytes) -> dict[str, Any]:
        answer = await self.send(site, file)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def import_problem(self, site: str, file: bytes) -> tuple[int, str, str]:
        """Status, slug and detail."""
        answer = await self.send(site, file)
        problem = await answer.json()
        return answer.status, problem["type"].rpartition(":")[2], problem["detail"]

    async def rows(self, site_id: int) -> dict[str, list[tuple[Any, ...]]]:
        """Return all stored rows of a site, without the columns that belong to the install."""
        found = {}
        for table in ("visits", "events", "visitors"):
            records = await self.pool.fetch(f"select * from {table} where site_id = $1", site_id)
            kept = [{key: value for key, value in row.items() if key not in ("shard", "site_id")} for row in records]
            found[table] = sorted(tuple(map(repr, row.items())) for row in kept)
        return found


@pytest.fixture
async def here(client: Any, pool: Any, api_settings: Settings, admin: User) -> Install:
    return Install(client, pool, api_settings, admin)


@pytest.fixture
def other_database_url(databases: TestDatabases) -> Iterator[str]:
    with databases.clone() as url:
        yield url


@pytest.fixture
async def there(other_database_url: str, valkey: Any, clock: Any, redis: Any, web_dir: Path) -> AsyncIterator[Install]:
    settings = settings_for(other_database_url, valkey.url, shards=OTHER_SHARDS, web_dir=web_dir)
    pool = await open_pool(settings.database, application="tests")
    async with pool:
        await pool.execute("update install set shards = $1", OTHER_SHARDS)
        await pool.execute(_SQL["record_offsets"], OTHER_SHARDS)
        async with TestClient(TestServer(create_app(settings, clock))) as client:
            yield Install(client, pool, settings, await add_user(pool, "eve", settings, clock, is_admin=True))
