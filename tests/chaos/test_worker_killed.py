"""SIGKILL in the middle of batches: every acknowledged beacon is stored exactly once.

``pytest tests/chaos --beacons 200000 --kills 5`` is the long run.
"""

import asyncio
import sys
import time
from pathlib import Path

import asyncpg

from common.config import Settings
from common.registry import RegisteredSite
from common.store import connect
from tests.chaos.sender import NumberedSender
from tests.support.services import ServiceProcess

_DRAIN_SECONDS = 120


async def stored_beacons(connection: asyncpg.Connection) -> int:
    return await connection.fetchval("select coalesce(sum(beacons), 0)::bigint from ingest_counts")


async def wait_until_stored(connection: asyncpg.Connection, beacons: int) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while await stored_beacons(connection) < beacons and time.monotonic() < deadline:
        await asyncio.sleep(0.1)


async def register(connection: asyncpg.Connection, name: str) -> RegisteredSite:
    site_id = await connection.fetchval(
        "insert into sites (name, url, created_at) values ($1, 'https://shop.example', now()) returning id", name
    )
    return RegisteredSite(site_id, name)


async def test_killed_worker_loses_nothing_and_stores_nothing_twice(
    durable_install: Settings, tmp_path: Path, beacons_to_send: int, kills: int
):
    connection = await connect(durable_install.database.url.get_secret_value())
    await register(connection, "shop")
    worker = ServiceProcess("worker", durable_install, tmp_path, PYUNIQVISIT_WORKER__BATCH_SIZE="500")
    collector = ServiceProcess(
        "collector", durable_install, tmp_path, PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED="false"
    )
    died_at: list[int] = []
    try:
        await worker.start()  # its first cron publishes the registry that the collector waits for
        await collector.start()
        sender = NumberedSender(collector.url, "shop")
        sending = asyncio.create_task(sender.send(range(beacons_to_send)))
        step = beacons_to_send // (kills + 1)
        for _ in range(kills):
            await wait_until_stored(connection, (died_at[-1] if died_at else 0) + step // 2)
            worker.kill()
            died_at.append(await stored_beacons(connection))
            await worker.start()
        await sending
        await wait_until_stored(connection, len(sender.acknowledged))

        acknowledged = [f"/{number}" for number in sorted(sender.acknowledged)]
        paths = [row["path"] for row in await connection.fetch("select path from events")]
        counts = f"acknowledged {len(acknowledged)}, stored {len(paths)}, stored at each kill {died_at}"
        sys.stdout.write(f"\n{counts}\n")
        assert len(acknowledged) == beacons_to_send
        assert len(paths) == len(acknowledged)
        assert set(paths) == set(acknowledged)
        assert await stored_beacons(connection) == len(acknowledged)
        assert await connection.fetchval("select sum(pageviews) from visits") == len(acknowledged)
        assert await connection.fetchval("select count(*) from dead_letters") == 0
        assert any(0 < count < beacons_to_send for count in died_at), f"every kill found an idle worker: {died_at}"
    finally:
        collector.stop()
        worker.kill()
        await connection.close()


async def test_stopped_worker_finishes_its_batch_and_ends(durable_install: Settings, tmp_path: Path):
    worker = ServiceProcess("worker", durable_install, tmp_path)
    await worker.start()
    begun = time.monotonic()

    assert worker.stop() == 0
    assert time.monotonic() - begun < 10, "a container would have been killed by now"
