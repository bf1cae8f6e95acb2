"""Redis unavailable, hanging or full: a quick 503, never a false 2xx, and a recovery without a restart."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from common.config import Settings
from common.connections import connect_redis
from common.registry import publish
from services.cli.embedded import EmbeddedValkey
from services.collector.app import IDENTIFIER, REGISTRY, create_app
from tests.integration.collector.conftest import SITES, CollectorServer
from tests.integration.collector.test_collect import PAGE, send
from tests.support.servers import settings_for
from tests.support.waiting import until


@pytest.fixture
def own_valkey(tmp_path: Path):
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    if server.process:
        os.kill(server.process.pid, signal.SIGCONT)
    server.stop()


@pytest.fixture
def own_settings(own_valkey: EmbeddedValkey, tmp_path: Path) -> Settings:
    return settings_for(
        "postgresql://unused", own_valkey.url, collector={"registry_file": str(tmp_path / "state" / "registry.json")}
    )


@pytest.fixture
async def own_collector(own_settings: Settings, aiohttp_client) -> TestClient:
    redis = connect_redis(own_settings.redis)
    await publish(redis, SITES)
    await redis.aclose()
    client = await aiohttp_client(CollectorServer(create_app(own_settings)))
    await client.app[REGISTRY].refresh()
    await client.app[IDENTIFIER].refresh()
    return client


async def rejected_within_a_second(client: TestClient) -> None:
    begun = time.monotonic()
    answers = await asyncio.gather(*(send(client, PAGE) for _ in range(20)))
    assert {(a.status, a.headers["X-Beacon-Rejected"]) for a in answers} == {(503, "unavailable")}
    assert all("Retry-After" in answer.headers for answer in answers)
    assert time.monotonic() - begun < 10  # a second, and what a busy test machine adds; a hang would be far longer


async def recovers(client: TestClient) -> None:
    async def is_taken() -> bool:
        return (await send(client, PAGE)).status == 202

    await until(is_taken)


async def test_unavailable_redis_is_503_and_recovered_redis_is_202(
    own_valkey: EmbeddedValkey, own_collector: TestClient
):
    assert (await send(own_collector, PAGE)).status == 202
    own_valkey.stop(kill=True)
    await rejected_within_a_second(own_collector)
    assert (await own_collector.get("/health/ready")).status == 503
    assert (await own_collector.get("/health/live")).status == 200

    own_valkey.start()
    await recovers(own_collector)


async def test_redis_that_hangs_is_503_within_a_second(own_valkey: EmbeddedValkey, own_collector: TestClient):
    assert own_valkey.process
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    await rejected_within_a_second(own_collector)

    os.kill(own_valkey.process.pid, signal.SIGCONT)
    await recovers(own_collector)


async def test_redis_that_is_full_is_503(own_collector: TestClient, own_settings: Settings):
    redis = connect_redis(own_settings.redis)
    await redis.config_set("maxmemory", "1")
    await rejected_within_a_second(own_collector)

    await redis.config_set("maxmemory", "0")
    await recovers(own_collector)
    await redis.aclose()


async def test_collector_starts_without_redis_from_its_saved_sites(
    own_valkey: EmbeddedValkey, own_collector: TestClient, own_settings: Settings, aiohttp_client
):
    own_valkey.stop()
    client = await aiohttp_client(CollectorServer(create_app(own_settings)))

    assert client.app[REGISTRY].is_loaded
    assert (await send(client, PAGE | {"site": "unknown"})).status == 404
    assert (await send(client, PAGE)).status == 503

    own_valkey.start()
    await recovers(client)


async def test_without_redis_and_saved_sites_no_site_is_unknown(
    own_valkey: EmbeddedValkey, own_settings: Settings, aiohttp_client
):
    own_valkey.stop()
    client = await aiohttp_client(CollectorServer(create_app(own_settings)))

    assert (await send(client, PAGE | {"site": "unknown"})).status == 503


async def test_an_acknowledged_beacon_survives_a_killed_redis(
    own_valkey: EmbeddedValkey, own_collector: TestClient, own_settings: Settings
):
    acknowledged = 0

    async def keep_sending() -> None:
        nonlocal acknowledged
        for _ in range(200):
            if (await send(own_collector, PAGE)).status == 202:
                acknowledged += 1

    sending = asyncio.gather(*(keep_sending() for _ in range(4)))
    await until(lambda: acknowledged >= 20)
    own_valkey.stop(kill=True)
    own_valkey.start()
    await sending

    redis = connect_redis(own_settings.redis)
    kept = 0
    for shard in range(own_settings.install.shards):
        for _, fields in await redis.xrange(f"beacons:{shard}"):
            kept += int(fields[b"n"])
    await redis.aclose()
    assert kept >= acknowledged > 0
