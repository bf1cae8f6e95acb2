"""A distributed install returns the same reports as a single Postgres, and queries all servers in parallel."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.config import Settings
from common.store import Role, open_pool
from services.api import row_security
from services.api.app import create_app
from services.api.reports.plan import ReadLimits
from services.worker.app import open_worker
from tests.conftest import SHARDS
from tests.integration.api.conftest import NOW, StillClock
from tests.integration.api.people import add_user
from tests.integration.api.seeding import place_visitors, some_beacons, store
from tests.integration.citus.asked import REQUESTS, Ask, asks, unknown_reports
from tests.support.citus import CitusDatabases, citus_databases
from tests.support.servers import TestDatabases, settings_for

BEGIN = datetime(2046, 10, 20, tzinfo=UTC)
WAYS = {
    "one by one": ReadLimits(few_visits=10**9),
    "from rollups": ReadLimits(few_visits=-1, stale_days=10_000),
    "of a sample": ReadLimits(few_visits=10, stale_days=-10_000, most_visits=40, most_visits_with_events=40),
}
OF_SOME_SHARDS = re.compile(r"\bshard = any\(")
OF_ONE_SHARD = re.compile(r"\bshard = \$")
OF_BOTH_KINDS = re.compile(r"/stats/(summary|timeseries|breakdown)|/overview")
"""Reports that use rollups or a sample for large sites."""
TASKS = re.compile(r"Task Count: (\d+)")
FIRST_VISIT = """
    select visitor_id, started_at
    from visits
    where site_id = 1 and bot_reason = ''
    order by started_at, visitor_id
    limit 1
"""
WHERE_SHARDS_ARE = """
    select count(distinct get_shard_id_for_distribution_column('visitors', shard))
    from generate_series(0, $1) as shard
"""


@dataclass
class Install:
    """An API on a database, with the requests to send."""

    client: Any
    headers: dict[str, str]
    asks: list[Ask]

    async def answers(self, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
        found = {}
        for url, query in self.asks:
            if wanted(url):
                answer = await self.client.get(url, params=query, headers=self.headers)
                found[f"{url} {json.dumps(query)}"] = (answer.status, _parsed(await answer.text()))
        return found


@asynccontextmanager
async def install(url: str, valkey: Any, redis: Any, limits: ReadLimits, visits: int = 400) -> AsyncIterator[Install]:
    """Run an API with the same site and the same visits on any database."""
    await redis.flushall()
    clock = StillClock(NOW)
    settings = settings_for(url, valkey.url, shards=SHARDS)
    app = create_app(settings, clock, Random(7).randbytes)
    with patch("services.api.reports.routes.ReadLimits", lambda: limits):
        server = TestServer(app)
        await server.start_server()
    async with TestClient(server) as client:
        pool = await open_pool(settings.database, application="tests")
        try:
            admin = await add_user(pool, "ada", settings, clock, is_admin=True)
            goal, funnel = await _site(client, admin.headers)
            if visits:
                await _fill(pool, settings, redis, clock, visits)
            visit = await pool.fetchrow(FIRST_VISIT)
        finally:
            await pool.close()
        if visit is None:
            yield Install(client, admin.headers, [])
            return
        begun = visit["started_at"].isoformat().replace("+00:00", "Z")
        yield Install(client, admin.headers, asks(str(visit["visitor_id"]), begun, goal, funnel))


async def _site(client: Any, headers: dict[str, str]) -> tuple[str, str]:
    async def post(path: str, body: dict[str, Any]) -> Any:
        answer = await client.post(path, json=body, headers=headers)
        assert answer.status == 201, await answer.text()
        return await answer.json()

    await post("/api/v1/sites", {"name": "shop", "url": "https://shop.example", "timezone": "Europe/Berlin"})
    await post("/api/v1/sites", {"name": "bank", "url": "https://bank.example"})
    goal = await post("/api/v1/sites/shop/goals", {"name": "bought", "event": "buy"})
    steps = [{"page": "/"}, {"page": "/prices*"}, {"goal": "bought"}]
    funnel = await post("/api/v1/sites/shop/funnels", {"name": "buying", "steps": steps})
    return goal["id"], funnel["id"]


async def _fill(pool: Any, settings: Settings, redis: Any, clock: StillClock, visits: int) -> None:
    beacons = some_beacons(Random(46), 1, BEGIN, NOW - timedelta(minutes=5), visits=visits)
    beacons += some_beacons(Random(47), 2, BEGIN, NOW - timedelta(minutes=5), visits=visits // 8)
    await store(beacons[::2], settings, redis, clock)
    await place_visitors(pool)
    async with open_worker(settings, clock, burst=True) as worker:
        await worker.rebuild.run(60, at_once=True)
        await worker.compaction.run(60, everything=True)
    await store(beacons[1::2], settings, redis, clock)
    await place_visitors(pool)


def _parsed(text: str) -> Any:
    """Parse JSON, or sort the lines of an export, whose order depends on the shards."""
    try:
        return json.loads(text)
    except ValueError:
        return sorted(text.splitlines())


@pytest.fixture(scope="session")
def distributed_databases() -> Iterator[CitusDatabases]:
    with citus_databases(SHARDS) as databases:
        yield databases


@pytest.fixture
def plain_url(plain_databases: TestDatabases) -> Iterator[str]:
    with plain_databases.clone() as url:
        yield url


@pytest.fixture
def distributed_url(distributed_databases: CitusDatabases) -> Iterator[str]:
    with distributed_databases.clone() as url:
        yield url


def test_every_report_is_requested():
    assert unknown_reports() == set()
    assert REQUESTS


@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", WAYS)
async def test_distributed_install_returns_same_reports(way, plain_url, distributed_url, valkey, redis):
    def wanted(url: str) -> bool:
        return way == "one by one" or OF_BOTH_KINDS.search(url) is not None

    async with install(plain_url, valkey, redis, WAYS[way]) as plain:
        expected = await plain.answers(wanted)
    async with install(distributed_url, valkey, redis, WAYS[way]) as distributed:
        found = await distributed.answers(wanted)
    refused = {ask: answer for ask, answer in expected.items() if answer[0] not in (200, 404)}
    assert refused == {}
    differing = {ask: (expected[ask], found[ask]) for ask in expected if expected[ask] != found[ask]}
    assert differing == {}


@pytest.mark.timeout(600)
async def test_reports_query_all_shards_they_read_in_parallel(distributed_url, valkey, redis, monkeypatch):
    asked: dict[str, tuple[Any, ...]] = {}
    for name in ("fetch", "fetchrow", "fetchval"):
        monkeypatch.setattr(
            row_security.RowSecurityConnection, name, _noting(getattr(row_security.RowSecurityConnection, name), asked)
        )
    async with install(distributed_url, valkey, redis, WAYS["one by one"]) as distributed:
        asked.clear()
        await distributed.answers(lambda url: "export" not in url)
    settings = settings_for(distributed_url, valkey.url, shards=SHARDS)
    pool = await open_pool(settings.database, application="tests", role=Role.WORKER)
    try:
        everywhere = await pool.fetchval(WHERE_SHARDS_ARE, SHARDS - 1)
        plans = {
            text: "\n".join(row[0] for row in await pool.fetch(f"explain (costs off) {text}", *args))
            for text, args in asked.items()
            if OF_SOME_SHARDS.search(text) or OF_ONE_SHARD.search(text)
        }
    finally:
        await pool.close()
    assert len(plans) > 100
    assert everywhere > 1
    for text, plan in plans.items():
        tasks = [int(count) for count in TASKS.findall(plan)]
        if OF_SOME_SHARDS.search(text):
            # A joined table may also be read from shards that hold none of our rows.
            assert max(tasks) >= everywhere, f"{text}\n{plan}"
        else:
            assert set(tasks) == {1}, f"{text}\n{plan}"


def _noting(method: Any, asked: dict[str, tuple[Any, ...]]) -> Any:
    async def run(connection: Any, query: str, *args: Any, **options: Any) -> Any:
        asked.setdefault(query, args)
        return await method(connection, query, *args, **options)

    return run
