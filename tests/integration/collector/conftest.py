"""A running collector, its sites, and the beacons on the streams."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis

from common.beacon import Beacon
from common.config import Settings
from common.identity import IdentityMode, PrivacySignal
from common.registry import RegisteredSite, publish
from common.streams import StreamReader
from services.collector.app import IDENTIFIER, REGISTRY, create_app
from services.collector.plain_http import PlainHttpRunner

SITES = [
    RegisteredSite(1, "shop", ("https://shop.example", "https://*.shop.example")),
    RegisteredSite(2, "open"),
    RegisteredSite(3, "cookieless", identity=IdentityMode.COOKIELESS),
    RegisteredSite(4, "persistent", identity=IdentityMode.PERSISTENT),
    RegisteredSite(5, "strict", privacy_signal=PrivacySignal.DROP),
    RegisteredSite(6, "deaf", privacy_signal=PrivacySignal.IGNORE),
]

StartCollector = Callable[[Settings], Awaitable[TestClient]]
ReadBeacons = Callable[[], Awaitable[list[Beacon]]]


class CollectorServer(TestServer):
    """Serves as the collector's process does."""

    def __init__(self, app: web.Application, **options: object) -> None:
        super().__init__(app)
        self._options = options

    async def _make_runner(self, **options: object) -> web.AppRunner:
        return PlainHttpRunner(self.app, **options, **self._options)


@pytest.fixture
def start_collector(aiohttp_client, redis: Redis) -> StartCollector:
    async def start(settings: Settings) -> TestClient:
        await publish(redis, SITES)
        client = await aiohttp_client(CollectorServer(create_app(settings)))
        await client.app[REGISTRY].refresh()
        await client.app[IDENTIFIER].refresh()
        return client

    return start


@pytest.fixture
async def collector(start_collector: StartCollector, stream_settings: Settings) -> TestClient:
    return await start_collector(stream_settings)


@pytest.fixture
def read_beacons(redis: Redis, stream_settings: Settings) -> ReadBeacons:
    """Every beacon on the streams, by page."""

    async def read() -> list[Beacon]:
        reader = StreamReader(redis)
        found: list[Beacon] = []
        for shard in range(stream_settings.install.shards):
            batch = await reader.read(shard, "0-0", 100_000)
            if batch:
                assert batch.undecodable == []
                found += batch.beacons
        return sorted(found, key=lambda beacon: beacon.path)

    return read
