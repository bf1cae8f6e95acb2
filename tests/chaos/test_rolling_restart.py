"""Collectors are restarted one after the other under load, behind a client that retries like a gateway."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import ClientConnectorError, ClientError, ClientSession, TCPConnector

from common.config import Settings
from common.connections import connect_redis
from common.registry import RegisteredSite, publish
from common.streams import StreamReader
from tests.support.beacons import CHROME
from tests.support.services import ServiceProcess
from tests.support.waiting import DEADLINE_SECONDS

_CONNECTIONS = 16
_GRACE_SECONDS = 10


class Gateway:
    """Sends to one of the collectors, and to the other if that one is unreachable or responds with 503."""

    def __init__(self, collectors: list[ServiceProcess]) -> None:
        self._collectors = collectors
        self.acknowledged: list[int] = []
        self.unsure: list[int] = []
        """Beacons without a response after an error. They may have been accepted."""

    async def send(self, session: ClientSession, number: int) -> None:
        body = json.dumps({"site": "shop", "url": f"https://shop.example/{number}"})
        deadline, turn = time.monotonic() + DEADLINE_SECONDS, number
        while time.monotonic() < deadline:
            turn += 1
            try:
                async with session.post(f"{self._collectors[turn % 2].url}/collect", data=body) as response:
                    if response.status == 202:
                        self.acknowledged.append(number)
                        return
            except ClientConnectorError:
                pass
            except ClientError:
                self.unsure.append(number)
            await asyncio.sleep(0.01)
        raise AssertionError("no collector accepted the beacon")


async def stored_paths(settings: Settings) -> list[int]:
    redis = connect_redis(settings.redis)
    try:
        batches = [await StreamReader(redis).read(n, "0-0", 1_000_000) for n in range(settings.install.shards)]
    finally:
        await redis.aclose()
    return [int(beacon.path[1:]) for batch in batches if batch for beacon in batch.beacons]


async def test_rolling_restart_of_collectors_under_load_loses_nothing(durable_install: Settings, tmp_path: Path):
    redis = connect_redis(durable_install.redis)
    await publish(redis, [RegisteredSite(1, "shop")])
    await redis.aclose()
    own = {
        "PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED": "false",
        "PYUNIQVISIT_COLLECTOR__SPOOL_DIR": str(tmp_path / "spool"),
    }
    collectors = [ServiceProcess("collector", durable_install, tmp_path, **own) for _ in range(2)]
    gateway, numbers, stopping = Gateway(collectors), iter(range(1_000_000)), asyncio.Event()
    try:
        for collector in collectors:
            await collector.start()
        async with ClientSession(connector=TCPConnector(limit=_CONNECTIONS), headers={"User-Agent": CHROME}) as session:

            async def keep_sending() -> None:
                while not stopping.is_set():
                    await gateway.send(session, next(numbers))

            sending = asyncio.gather(*(keep_sending() for _ in range(_CONNECTIONS)))
            ends = []
            for collector in collectors * 2:
                await asyncio.sleep(0.5)
                begun = time.monotonic()
                assert await asyncio.to_thread(collector.stop) == 0
                ends.append(time.monotonic() - begun)
                await collector.start()
            stopping.set()
            await sending
    finally:
        for collector in collectors:
            collector.stop()
    stored = Counter(await stored_paths(durable_install))
    assert len(gateway.acknowledged) > 200
    assert set(gateway.acknowledged) == set(stored)
    twice = {number for number, times in stored.items() if times > 1}
    assert twice <= set(gateway.unsure), "only beacons without a response may be stored twice"
    assert max(ends) < _GRACE_SECONDS, "a container would have been killed by now"


@pytest.mark.parametrize("service", ["api", "worker", "collector"])
async def test_every_service_ends_within_grace_period_of_containers(
    durable_install: Settings, tmp_path: Path, service: str
):
    redis = connect_redis(durable_install.redis)
    await publish(redis, [RegisteredSite(1, "shop")])
    await redis.aclose()
    process = ServiceProcess(service, durable_install, tmp_path)
    await process.start()
    async with ClientSession() as idle, idle.get(f"{process.url}/health/live") as response:
        assert response.status == 200
        begun = time.monotonic()
        assert await asyncio.to_thread(process.stop) == 0
    assert time.monotonic() - begun < _GRACE_SECONDS
