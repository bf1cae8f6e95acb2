"""Losses of a Valkey with ``appendfsync everysec`` when it is killed, and when the power fails.

With ``always``, the default of this product, it responds after the write is on disk, and loses nothing in both cases.
"""

import asyncio
from pathlib import Path

from common.background import in_background
from common.streams import StreamReader
from tests.chaos.accounting import Findings, check
from tests.chaos.client import Client
from tests.chaos.install import SHARDS, Install, until_nothing

_RATE = 400
_SYNC_SECONDS = 1.0
_POSTPONED_SECONDS = 2.0
"""While the disk is busy with a sync, Valkey acknowledges writes for this long without writing them to the file."""


async def test_killed_valkey_loses_at_most_writes_postponed_by_busy_disk(tmp_path: Path):
    """Everything else is in the cache of the operating system, which keeps running."""
    found, before = await ended(tmp_path, power_fails=False, safe_seconds=_POSTPONED_SECONDS)

    assert before.isdisjoint(found.lost)
    assert (found.duplicated, found.never_sent, found.disagreements) == ([], [], [])


async def test_power_failure_loses_only_writes_since_last_sync(tmp_path: Path):
    found, before = await ended(tmp_path, power_fails=True, safe_seconds=_SYNC_SECONDS)

    assert 0 < len(found.lost) < 3 * _RATE
    assert before.isdisjoint(found.lost), "these were synced"
    assert (found.duplicated, found.never_sent, found.disagreements) == ([], [], [])


async def ended(folder: Path, *, power_fails: bool, safe_seconds: float) -> tuple[Findings, set[int]]:
    """End Valkey under load. Also returns the beacons acknowledged at least ``safe_seconds`` before."""
    install = Install(folder, "everysec")
    try:
        await install.start()
        client = Client(install.ports, visitors=500)
        for worker in install.workers:
            worker.stop()  # stored beacons could not be lost
        async with in_background(install.supervise()):
            sending = asyncio.create_task(client.send(4 * _RATE, seconds=4))
            await asyncio.sleep(1.0)
            [log] = (install.valkey.directory / "appendonlydir").glob("*.incr.aof")
            before = set(client.sent.acknowledged)
            await until_written(install)
            size = log.stat().st_size
            await asyncio.sleep(safe_seconds)
            await install.kill_server(install.valkey)
            if power_fails:  # only synced data is left
                with log.open("r+b") as file:
                    file.truncate(size)
            await install.start_server(install.valkey)
            await sending
            for worker in install.workers:
                worker.release()
            await until_stored(install)
        for service in install.services:
            service.stop()
        async with install.streams() as streams:
            return await check(install.settings, streams, SHARDS, client.sent), before
    finally:
        await install.end()


async def until_written(install: Install) -> None:
    """Wait until Valkey has written everything to its file."""
    async with install.redis() as redis:

        async def left() -> str:
            info = await redis.info("persistence")
            return f"{info['aof_buffer_length']} bytes" if info["aof_buffer_length"] else ""

        await until_nothing(left, 60)


async def until_stored(install: Install) -> None:
    async with install.streams() as streams:

        async def left() -> str:
            waiting = await StreamReader(streams).waiting(range(SHARDS))
            return f"entries are left in the streams: {waiting}" if waiting else ""

        await until_nothing(left, 60)
