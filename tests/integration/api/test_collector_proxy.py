"""``/track`` and ``/click`` on the API's port are forwarded to the collector."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.beacon import Beacon
from common.identity import IdentityMode
from common.registry import RegisteredSite, publish
from common.streams import StreamReader
from services.api.app import create_app
from services.collector.app import IDENTIFIER, REGISTRY
from services.collector.app import create_app as create_collector
from tests.support.beacons import CHROME

PAGE = {"Origin": "https://shop.example", "User-Agent": CHROME}


@pytest.fixture
async def collector_proxy(api_settings: Any, redis: Any) -> AsyncIterator[TestClient[Any, Any]]:
    """An API with a collector behind it, as `up` runs them; the API itself is behind a proxy on this machine."""
    sites = [RegisteredSite(1, "shop", ("https://shop.example",)), RegisteredSite(2, "open")]
    await publish(redis, [*sites, RegisteredSite(3, "lasting", identity=IdentityMode.PERSISTENT)])
    own = api_settings.collector.model_copy(update={"trusted_proxies": ("127.0.0.0/8", "::1/128")})
    service = create_collector(api_settings.model_copy(update={"collector": own}))
    async with TestServer(service) as collector:
        await service[REGISTRY].refresh()
        await service[IDENTIFIER].refresh()
        api = api_settings.api.model_copy(
            update={"collector_url": str(collector.make_url("/")).rstrip("/"), "trusted_proxies": ("127.0.0.1",)}
        )
        async with TestClient(TestServer(create_app(api_settings.model_copy(update={"api": api})))) as client:
            client.collector = collector  # type: ignore[attr-defined]
            yield client


@pytest.fixture
def read_beacons(redis, api_settings):
    async def read() -> list[Beacon]:
        found: list[Beacon] = []
        for shard in range(api_settings.install.shards):
            batch = await StreamReader(redis).read(shard, "0-0", 1_000)
            found += batch.beacons if batch else []
        return found

    return read


async def test_visit_is_counted_for_the_client_and_not_for_the_api(collector_proxy, read_beacons):
    headers = {**PAGE, "X-Forwarded-For": "203.0.113.9"}
    answer = await collector_proxy.post("/track", json={"path": "/a", "site_id": "shop"}, headers=headers)
    assert (answer.status, await answer.json()) == (200, {"status": "ok", "page": "/a"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    [beacon] = await read_beacons()
    assert (beacon.network, beacon.user_agent, beacon.host) == ("203.0.113.0/24", CHROME, "shop.example")


async def test_forged_forwarded_address_is_ignored(collector_proxy, read_beacons):
    headers = {**PAGE, "X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Real-IP": "198.51.100.1"}
    await collector_proxy.post("/track", json={"path": "/a", "site_id": "shop"}, headers=headers)
    [beacon] = await read_beacons()
    assert beacon.network == "203.0.113.0/24"


async def test_clicks_and_rejections_are_forwarded(collector_proxy, read_beacons):
    answer = await collector_proxy.post("/click", json={"url": "https://x.example/", "site_id": "shop"}, headers=PAGE)
    assert answer.status == 200
    for body, status, reason in [
        ({"path": "/", "site_id": "nobodys"}, 404, "unknown-site"),
        ({"path": 1}, 400, "malformed"),
    ]:
        answer = await collector_proxy.post("/track", json=body, headers=PAGE)
        assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (status, reason)
    [beacon] = await read_beacons()
    assert beacon.name == "https://x.example/"


async def test_cookie_is_forwarded_in_both_directions(collector_proxy, read_beacons):
    headers = {**PAGE, "Sec-Fetch-Site": "same-origin"}
    first = await collector_proxy.post("/track", json={"site_id": "open"}, headers=headers)
    cookie = first.cookies["_uv"]
    assert cookie["httponly"]
    await collector_proxy.post("/track", json={"site_id": "open"}, headers={**headers, "Cookie": f"_uv={cookie.value}"})
    assert len({beacon.visitor_id for beacon in await read_beacons()}) == 1


async def test_privacy_signal_is_forwarded(collector_proxy, read_beacons):
    headers = {**PAGE, "Sec-Fetch-Site": "same-origin", "Sec-GPC": "1"}
    answer = await collector_proxy.post("/track", json={"site_id": "open"}, headers=headers)
    assert "Set-Cookie" not in answer.headers


async def test_preflight_request_is_forwarded(collector_proxy):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = await collector_proxy.options("/track", headers=headers)
    assert (answer.status, answer.headers["Access-Control-Allow-Headers"]) == (204, "Content-Type")


async def test_large_body_and_unavailable_collector_are_reported(collector_proxy):
    answer = await collector_proxy.post("/track", data=b"x" * 70_000, headers=PAGE)
    assert answer.status == 413
    await collector_proxy.collector.close()
    answer = await collector_proxy.post("/track", json={"path": "/"}, headers=PAGE)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")


async def test_collector_paths_are_not_found_without_a_collector(client):
    assert (await client.post("/track", json={"path": "/"})).status == 404
