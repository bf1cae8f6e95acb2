"""Redis unavailable, hanging, full or read-only: beacons are spooled and reach the streams once and in order."""

import asyncio
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient
from redis.asyncio import Redis

from common.beacon import Beacon
from common.config import Settings
from common.connections import connect_redis
from common.registry import publish
from common.streams import StreamReader
from common.streams.spool_status import published_spool_statuses
from services.cli.embedded import EmbeddedValkey
from services.collector.app import IDENTIFIER, REGISTRY, create_app
from services.collector.spool import spools
from tests.integration.collector.conftest import SITES, CollectorServer
from tests.integration.collector.test_collect import PAGE, send
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess
from tests.support.waiting import until

SHARDS = 4


@pytest.fixture
def valkey(tmp_path: Path):
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    if server.process:
        os.kill(server.process.pid, signal.SIGCONT)
    server.stop()


@pytest.fixture
def settings(valkey: EmbeddedValkey, tmp_path: Path) -> Settings:
    return collector_settings(valkey.url, tmp_path)


def collector_settings(url: str, folder: Path, **more: object) -> Settings:
    own = {
        "registry_file": str(folder / "registry.json"),
        "spool_dir": str(folder / "spool"),
        "rate_limit": {"enabled": False},
        **more,
    }
    settings = settings_for("postgresql://unused", url, shards=SHARDS, collector=own)
    return settings.model_copy(update={"redis": settings.redis.model_copy(update={"timeout_ms": 300})})


Start = Callable[[Settings], Awaitable[TestClient]]


@pytest.fixture
def start(aiohttp_client) -> Start:
    async def start_one(settings: Settings) -> TestClient:
        redis = connect_redis(settings.redis)
        await publish(redis, SITES)
        await redis.aclose()
        client = await aiohttp_client(CollectorServer(create_app(settings)))
        await client.app[REGISTRY].refresh()
        await client.app[IDENTIFIER].refresh()
        return client

    return start_one


async def beacons_of(settings: Settings) -> list[Beacon]:
    """Return everything on the streams, in the order of each stream."""
    redis = connect_redis(settings.redis)
    try:
        batches = [await StreamReader(redis).read(shard, "0-0", 1_000_000) for shard in range(SHARDS)]
    finally:
        await redis.aclose()
    return [beacon for batch in batches if batch for beacon in batch.beacons]


async def send_numbers(client: TestClient, numbers: range) -> list[int]:
    """Send beacons one after the other, each after the response to the last; return the acknowledged numbers."""
    acknowledged = []
    for number in numbers:
        visitor = f"visitor-{number % 8:024d}"
        answer = await send(client, PAGE | {"url": f"https://shop.example/{number}", "visitor": visitor})
        if answer.status == 202:
            acknowledged.append(number)
    return acknowledged


async def everything_replayed(client: TestClient) -> None:
    async def is_empty() -> bool:
        return not await gauge(client, "pyuniqvisit_collector_spool_beacons")

    await until(is_empty)


async def no_status_published(redis: Redis) -> None:
    async def is_so() -> bool:
        return await published_spool_statuses(redis) == {}

    await until(is_so)


async def gauge(client: TestClient, name: str) -> float:
    text = await (await client.get("/metrics")).text()
    found = re.search(rf"^{name} (.*)$", text, re.MULTILINE)
    assert found
    return float(found[1])


async def once_and_in_order(settings: Settings, acknowledged: list[int]) -> None:
    beacons = await beacons_of(settings)
    numbers = [int(beacon.path[1:]) for beacon in beacons]
    assert Counter(numbers) == Counter(acknowledged)
    by_visitor: dict[bytes, list[int]] = {}
    for beacon, number in zip(beacons, numbers, strict=True):
        by_visitor.setdefault(beacon.visitor_id, []).append(number)
    assert all(each == sorted(each) for each in by_visitor.values())


async def the_server_is(state: str, valkey: EmbeddedValkey, redis: Redis) -> Callable[[], Awaitable[object]]:
    """Cause the outage; return a function that ends it."""
    if state == "away":
        valkey.stop(kill=True)
        return lambda: asyncio.to_thread(valkey.start)
    if state == "hanging":
        assert valkey.process
        pid = valkey.process.pid
        os.kill(pid, signal.SIGSTOP)
        return lambda: asyncio.to_thread(os.kill, pid, signal.SIGCONT)
    if state == "full":
        await redis.config_set("maxmemory", "1")
        return lambda: redis.config_set("maxmemory", "0")
    await redis.replicaof("127.0.0.1", 1)
    return lambda: redis.replicaof("NO", "ONE")


@pytest.mark.parametrize("state", ["away", "hanging", "full", "read-only"])
async def test_spooled_beacons_reach_the_streams_once_and_in_order(
    state: str, valkey: EmbeddedValkey, settings: Settings, start: Start
):
    client, redis = await start(settings), connect_redis(settings.redis)
    acknowledged = await send_numbers(client, range(20))
    undo = await the_server_is(state, valkey, redis)
    begun = time.monotonic()
    acknowledged += await send_numbers(client, range(20, 60))
    assert time.monotonic() - begun < 10, "each of the forty waited for Redis"
    ready = await client.get("/health/ready")
    health = await ready.json()
    assert (ready.status, health["status"], health["checks"]["spool"]) == (200, "degraded", "40 beacons wait for Redis")
    assert await gauge(client, "pyuniqvisit_collector_spool_bytes") > 0

    await undo()
    acknowledged += await send_numbers(client, range(60, 80))
    await everything_replayed(client)
    acknowledged += await send_numbers(client, range(80, 100))

    assert acknowledged == list(range(100))
    await once_and_in_order(settings, acknowledged)
    assert await gauge(client, "pyuniqvisit_collector_spool_bytes") == 0
    spooled = await gauge(client, "pyuniqvisit_collector_spooled_beacons_total")
    assert spooled == await gauge(client, "pyuniqvisit_collector_replayed_beacons_total") >= 40
    assert (await (await client.get("/health/ready")).json())["status"] == "ready"
    await no_status_published(redis)
    await redis.aclose()


async def test_server_that_hangs_at_times_under_load_gets_every_beacon_once(
    valkey: EmbeddedValkey, settings: Settings, start: Start
):
    client = await start(settings)
    assert valkey.process
    sent: list[int] = []

    async def keep_sending(worker: int) -> None:
        for number in range(worker, 4_000, 16):
            body = PAGE | {"url": f"https://shop.example/{number}", "visitor": f"visitor-{worker:024d}"}
            if (await send(client, body)).status == 202:
                sent.append(number)

    sending = asyncio.gather(*(keep_sending(worker) for worker in range(16)))
    hangs = 0
    while not sending.done():
        os.kill(valkey.process.pid, signal.SIGSTOP)
        await asyncio.sleep(0.4)
        os.kill(valkey.process.pid, signal.SIGCONT)
        await asyncio.sleep(0.15)
        hangs += 1
    await sending
    await everything_replayed(client)
    assert hangs > 1
    assert await gauge(client, "pyuniqvisit_collector_spooled_beacons_total") > 0
    await once_and_in_order(settings, sorted(sent))
    assert len(sent) == 4_000


async def test_spool_of_a_killed_collector_is_replayed_by_another(
    valkey: EmbeddedValkey, settings: Settings, start: Start, tmp_path: Path
):
    await publish_to(settings)
    process = ServiceProcess(
        "collector",
        settings,
        tmp_path,
        PYUNIQVISIT_COLLECTOR__SPOOL_DIR=str(tmp_path / "spool"),
        PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED="false",
        PYUNIQVISIT_REDIS__TIMEOUT_MS="300",
    )
    await process.start()
    acknowledged = []
    async with ClientSession(headers={"User-Agent": "Mozilla/5.0"}) as session:

        async def post(numbers: range) -> None:
            for number in numbers:
                body = PAGE | {"url": f"https://shop.example/{number}", "visitor": f"visitor-{number % 8:024d}"}
                async with session.post(f"{process.url}/collect", data=json.dumps(body)) as answer:
                    if answer.status == 202:
                        acknowledged.append(number)

        await post(range(10))
        assert valkey.process
        os.kill(valkey.process.pid, signal.SIGSTOP)  # the first flush's outcome stays unknown
        await post(range(10, 50))
    process.kill()
    [left] = (tmp_path / "spool").iterdir()
    [segment] = left.glob("*/*.spool")
    with segment.open("ab") as file:
        file.write(b"\x40\0\0\0torn")
    os.kill(valkey.process.pid, signal.SIGCONT)

    client = await start(settings)
    await until(lambda: not left.exists())
    acknowledged += await send_numbers(client, range(50, 60))
    assert acknowledged == list(range(60))
    await once_and_in_order(settings, acknowledged)


async def test_damaged_record_loses_only_its_own_beacons(valkey: EmbeddedValkey, settings: Settings, start: Start):
    client = await start(settings)
    valkey.stop()
    acknowledged = await send_numbers(client, range(30))
    [segment] = settings.collector.spool_dir.glob("*/*/*.spool")
    content = bytearray(segment.read_bytes())
    content[content.index(b"/14")] ^= 1
    segment.write_bytes(content)
    await asyncio.to_thread(valkey.start)
    acknowledged += await send_numbers(client, range(30, 40))
    await everything_replayed(client)
    acknowledged += await send_numbers(client, range(40, 50))
    acknowledged.remove(14)
    await once_and_in_order(settings, acknowledged)
    assert await gauge(client, "pyuniqvisit_collector_spool_bytes") == 0
    assert await gauge(client, "pyuniqvisit_collector_spooled_beacons_total") < 50, "the last ones went straight"


async def test_unreadable_spool_is_reported_and_does_not_delay_others(
    valkey: EmbeddedValkey, settings: Settings, start: Start
):
    client = await start(settings)
    valkey.stop()
    acknowledged = await send_numbers(client, range(10))
    [left] = settings.collector.spool_dir.iterdir()
    await client.close()
    (settings.collector.spool_dir / "0000" / "0" / "0000000001.spool").mkdir(parents=True)
    await asyncio.to_thread(valkey.start)
    second = await start(settings)
    await until(lambda: not left.exists())
    await once_and_in_order(settings, acknowledged)
    ready = await (await second.get("/health/ready")).json()
    assert ready["checks"]["spool"] == "abandoned spools cannot be read: 0000"


async def test_abandoned_spool_is_published_once_under_its_name(
    valkey: EmbeddedValkey, settings: Settings, start: Start
):
    first = await start(settings)
    [name] = [path.name for path in settings.collector.spool_dir.iterdir()]
    redis = connect_redis(settings.redis)
    streams = [f"beacons:{shard}" for shard in range(SHARDS)]
    await redis.mset(dict.fromkeys(streams, "no stream"))  # rejects beacons, but accepts the status
    await send_numbers(first, range(20))
    await first.close()
    second = await start(settings)

    async def all_wait() -> bool:
        return await gauge(second, "pyuniqvisit_collector_spool_beacons") == 20

    async def is_published_once() -> bool:
        return {spool: each.beacons for spool, each in (await published_spool_statuses(redis)).items()} == {name: 20}

    await until(all_wait)
    await asyncio.sleep(1.5)  # longer than the interval at which the status is published
    await until(is_published_once)
    await redis.delete(*streams)
    await everything_replayed(second)
    await no_status_published(redis)
    await redis.aclose()


async def test_spool_of_a_stopped_collector_is_replayed_by_the_next(
    valkey: EmbeddedValkey, settings: Settings, start: Start
):
    client = await start(settings)
    valkey.stop()
    acknowledged = await send_numbers(client, range(30))
    begun = time.monotonic()
    await client.close()
    assert time.monotonic() - begun < 10, "a container would have been killed by now"

    await asyncio.to_thread(valkey.start)
    second = await start(settings)
    acknowledged += await send_numbers(second, range(30, 40))
    await until(lambda: len(list(settings.collector.spool_dir.iterdir())) == 1)
    assert acknowledged == list(range(40))
    beacons = await beacons_of(settings)
    assert sorted(int(beacon.path[1:]) for beacon in beacons) == acknowledged


async def test_full_spool_is_503_and_loses_nothing(
    valkey: EmbeddedValkey, settings: Settings, start: Start, tmp_path: Path
):
    small = collector_settings(valkey.url, tmp_path, spool_max_bytes=1 << 20)
    client = await start(small)
    valkey.stop(kill=True)
    long = PAGE | {"referrer": "https://elsewhere.example/" + "x" * 1_500, "language": "en"}
    rejected, numbers, acknowledged = None, iter(range(100_000)), []

    async def fill() -> None:
        nonlocal rejected
        for number in numbers:
            answer = await send(client, long | {"url": f"https://shop.example/{number}"})
            if answer.status != 202:
                rejected = answer
                return
            acknowledged.append(number)

    await asyncio.gather(*(fill() for _ in range(16)))
    assert rejected is not None
    assert (rejected.status, rejected.headers["X-Beacon-Rejected"]) == (503, "unavailable")
    assert int(rejected.headers["Retry-After"]) > 1
    ready = await client.get("/health/ready")
    assert ready.status == 503

    await asyncio.to_thread(valkey.start)
    await everything_replayed(client)
    assert len(acknowledged) > 100
    assert sorted(int(beacon.path[1:]) for beacon in await beacons_of(small)) == sorted(acknowledged)
    assert (await send(client, PAGE)).status == 202
    assert (await client.get("/health/ready")).status == 200


async def test_unusable_folder_is_logged_and_beacons_are_rejected_without_redis(
    valkey: EmbeddedValkey, start: Start, tmp_path: Path
):
    (tmp_path / "file").write_text("not a folder")
    client = await start(collector_settings(valkey.url, tmp_path, spool_dir=str(tmp_path / "file")))
    assert (await send(client, PAGE)).status == 202
    ready = await client.get("/health/ready")
    assert (ready.status, (await ready.json())["status"]) == (200, "degraded")
    valkey.stop()
    assert (await send(client, PAGE)).status == 503
    assert (await client.get("/health/ready")).status == 503


async def test_folder_that_becomes_usable_later_is_used(
    valkey: EmbeddedValkey, settings: Settings, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(spools, "_ADOPT_SECONDS", 0.2)
    blocked = tmp_path / "spool"
    blocked.write_text("not a folder")
    client = await start(settings)
    acknowledged = await send_numbers(client, range(10))
    blocked.unlink()

    async def is_ready() -> bool:
        return (await (await client.get("/health/ready")).json())["status"] == "ready"

    await until(is_ready)
    valkey.stop()
    acknowledged += await send_numbers(client, range(10, 20))
    await asyncio.to_thread(valkey.start)
    await everything_replayed(client)
    acknowledged += await send_numbers(client, range(20, 30))
    assert acknowledged[-20:] == list(range(10, 30))
    await once_and_in_order(settings, acknowledged)


async def test_collectors_without_a_spool_have_unique_producer_ids(
    start: Start, settings: Settings, valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Systems without randomized addresses give every process the same.
    monkeypatch.setattr(spools, "id", lambda _: 0x7F0000000000, raising=False)
    without = collector_settings(valkey.url, tmp_path, spool_dir=None)
    numbers = []
    for begin in (0, 10):
        numbers += await send_numbers(await start(without), range(begin, begin + 10))
    await once_and_in_order(settings, numbers)
    assert max(numbers) >= 10, "of both"


async def publish_to(settings: Settings) -> None:
    redis = connect_redis(settings.redis)
    await publish(redis, SITES)
    await redis.aclose()
