"""Health, metrics and startup of the API, and outages of its servers."""

import asyncio
import hashlib

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.config import ConfigError, RedisSettings
from common.connections import connect_redis
from common.registry import published_version
from common.store.install import InstallError
from common.store.migrate import migrate
from services.api.app import POOL, create_app
from services.api.problems import CONTENT_TYPE
from services.cli.embedded import EmbeddedValkey
from tests.integration.api.people import add_user
from tests.support.servers import FAST_VALKEY, running_postgres, settings_for


@pytest.fixture
def own_valkey(tmp_path_factory):
    """A Redis that a test may stop."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("uv-own") / "valkey", FAST_VALKEY)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_postgres():
    """A migrated database on a server that a test may stop."""
    with running_postgres() as server:
        server.create_database()
        migrate(settings_for(server.database_url(), "redis://unused"))
        yield server


@pytest.fixture
async def own_client(api_settings, own_valkey, clock):
    redis = api_settings.redis.model_validate({"url": own_valkey.url})
    app = create_app(api_settings.model_copy(update={"redis": redis}), clock)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_api_is_ready_when_its_servers_are(client):
    answer = await client.get("/health/ready")
    body = await answer.json()
    assert (body["checks"]["database"], body["checks"]["redis"]) == ("ok", "ok")
    assert (await client.get("/health/live")).status == 200


async def test_redis_without_persistence_is_degraded_but_ready(own_client, own_valkey):
    answer = await own_client.get("/health/ready")
    body = await answer.json()
    assert (answer.status, body["status"]) == (200, "degraded")
    assert body["checks"]["persistence"].startswith("appendonly is off")
    redis = connect_redis(RedisSettings(url=own_valkey.url))
    await redis.config_set("appendonly", "yes")
    # Valkey refuses to stop while it writes its first log, and the fixture stops it only once.
    while not (await redis.info("persistence")).get("aof_base_size"):
        await asyncio.sleep(0.02)
    await redis.aclose()
    assert (await (await own_client.get("/health/ready")).json())["status"] == "ready"


async def test_metrics_are_labeled_by_route_and_not_by_site(client, admin):
    await client.get("/api/v1/sites/private-name", headers=admin.headers)
    metrics = await (await client.get("/metrics")).text()
    assert (
        'pyuniqvisit_api_request_duration_seconds_count{method="GET",route="/api/v1/sites/{name}",status="404"} 1.0'
        in metrics
    )
    assert "private-name" not in metrics


async def test_without_redis_sites_can_be_created_and_imports_get_503(
    own_client, own_valkey, api_settings, pool, clock
):
    admin = await add_user(pool, "ada", api_settings, clock, is_admin=True)
    own_valkey.stop()
    site = {"name": "example", "url": "https://example.com"}
    assert (await own_client.post("/api/v1/sites", json=site, headers=admin.headers)).status == 201
    summary = await own_client.get("/api/v1/sites/example/stats/summary", headers=admin.headers)
    assert summary.status == 200

    event = {
        "id": hashlib.md5(b"1").hexdigest(),
        "time": clock() - 1,
        "url": "https://example.com/",
        "ip": "192.0.2.1",
    }
    answer = await own_client.post(
        "/api/v1/sites/example/events/import", json={"events": [event]}, headers=admin.headers
    )
    assert (answer.status, answer.content_type) == (503, CONTENT_TYPE)
    assert "Retry-After" in answer.headers
    ready = await own_client.get("/health/ready")
    assert (ready.status, (await ready.json())["checks"]["database"]) == (503, "ok")

    own_valkey.start()
    answer = await own_client.post(
        "/api/v1/sites/example/events/import", json={"events": [event]}, headers=admin.headers
    )
    assert answer.status == 202


async def test_full_redis_rejects_a_whole_import(own_client, own_valkey, api_settings, pool, clock):
    admin = await add_user(pool, "ada", api_settings, clock, is_admin=True)
    await own_client.post("/api/v1/sites", json={"name": "example", "url": "https://a.io"}, headers=admin.headers)
    redis = connect_redis(api_settings.redis.model_validate({"url": own_valkey.url}))
    try:
        await redis.config_set("maxmemory", "1")
        await redis.config_set("maxmemory-policy", "noeviction")
        events = [
            {"id": f"{n:032x}", "time": clock() - 1, "url": "https://a.io/", "ip": f"192.0.{n}.1"} for n in range(50)
        ]
        url = "/api/v1/sites/example/events/import"
        answer = await own_client.post(url, json={"events": events}, headers=admin.headers)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert await redis.keys("beacons:*") == []
        await redis.config_set("maxmemory", "0")
        assert (await own_client.post(url, json={"events": events}, headers=admin.headers)).status == 202
    finally:
        await redis.aclose()


async def test_database_outage_returns_503_until_it_recovers(api_settings, own_postgres, clock, redis):
    own = api_settings.model_copy(update={"database": settings_for(own_postgres.database_url(), "").database})
    async with TestClient(TestServer(create_app(own, clock))) as client:
        async with client.app[POOL].acquire() as connection:
            admin = await add_user(connection, "ada", own, clock, is_admin=True)
        assert (await client.get("/api/v1/sites", headers=admin.headers)).status == 200
        own_postgres.stop()
        for _ in range(2):
            answer = await client.get("/api/v1/sites", headers=admin.headers)
            assert (answer.status, answer.content_type) == (503, CONTENT_TYPE)
            assert "Retry-After" in answer.headers
        ready = await client.get("/health/ready")
        assert (ready.status, (await ready.json())["checks"]["redis"]) == (503, "ok")
        own_postgres.start()
        assert (await client.get("/api/v1/sites", headers=admin.headers)).status == 200


async def test_unknown_routes_and_methods_return_problems(client):
    missing, wrong = await client.get("/api/v1/nothing"), await client.put("/api/v1/sites")
    assert (missing.status, missing.content_type) == (404, CONTENT_TYPE)
    assert (wrong.status, wrong.content_type) == (405, CONTENT_TYPE)
    assert set(wrong.headers["Allow"].split(",")) == {"GET", "POST"}


async def test_api_does_not_start_on_other_install_or_without_secret(api_settings):
    other = api_settings.model_copy(update={"install": api_settings.install.model_copy(update={"shards": 8})})
    with pytest.raises(InstallError, match="created with 4"):
        await TestServer(create_app(other)).start_server()
    unsigned = api_settings.model_copy(update={"api": api_settings.api.model_copy(update={"jwt_secret": None})})
    with pytest.raises(ConfigError, match=r"api\.jwt_secret"):
        create_app(unsigned)


async def test_only_writes_publish_the_registry(client, admin, redis):
    versions = [await published_version(redis)]
    for name in ("a", "b"):
        await client.post("/api/v1/sites", json={"name": name, "url": "https://a.io"}, headers=admin.headers)
        versions.append(await published_version(redis))
    await client.get("/api/v1/sites", headers=admin.headers)
    assert await published_version(redis) == versions[-1]
    assert len(set(versions)) == 3
