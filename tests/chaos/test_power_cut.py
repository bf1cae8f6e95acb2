"""What a Valkey that syncs every second (``appendfsync everysec``) can lose, killed and without power.

With ``always``, which is what we ship, it answers only once the disk has it, and can lose nothing either way.
"""

import asyncio
from pathlib import Path

from common.background import in_background
from common.streams import StreamReader
from tests.chaos.client import Client
from tests.chaos.install import SHARDS, Install, until_nothing
from tests.chaos.reckoning import Reckoning, reckon

_RATE = 400
_SYNC_SECONDS = 1.0
_POSTPONED_SECONDS = 2.0
"""While the disk is still busy with the last sync, Valkey keeps new writes to itself for so long, and answers."""


async def test_killed_valkey_loses_at_most_writes_postponed_by_busy_disk(tmp_path: Path):
    """Else nothing: what it has written is with the system, and the system lives on."""
    found, before = await ended(tmp_path, power_fails=False, safe_seconds=_POSTPONED_SECONDS)

    assert before.isdisjoint(found.lost)
    assert (found.doubled, found.never_sent, found.disagreements) == ([], [], [])


async def test_power_failure_loses_only_writes_since_last_sync(tmp_path: Path):
    found, before = await ended(tmp_path, power_fails=True, safe_seconds=_SYNC_SECONDS)

    assert 0 < len(found.lost) < 3 * _RATE
    assert before.isdisjoint(found.lost), "that was synced"
    assert (found.doubled, found.never_sent, found.disagreements) == ([], [], [])


async def ended(folder: Path, *, power_fails: bool, safe_seconds: float) -> tuple[Reckoning, set[int]]:
    """Valkey ends under load; also gives what was acknowledged ``safe_seconds`` and longer before."""
    install = Install(folder, "everysec")
    try:
        await install.start()
        client = Client(install.ports, visitors=500)
        for worker in install.workers:
            worker.stop()  # what they have stored cannot be lost any more
        async with in_background(install.supervise()):
            sending = asyncio.create_task(client.send(4 * _RATE, seconds=4))
            await asyncio.sleep(1.0)
            [log] = (install.valkey.directory / "appendonlydir").glob("*.incr.aof")
            before = set(client.sent.acknowledged)
            await until_written(install)
            size = log.stat().st_size
            await asyncio.sleep(safe_seconds)
            await install.kill_server(install.valkey)
            if power_fails:  # no more is left than what was synced
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
            return await reckon(install.settings, streams, SHARDS, client.sent), before
    finally:
        await install.end()


async def until_written(install: Install) -> None:
    """Wait until Valkey keeps nothing to itself because the disk is busy."""
    async with install.redis() as redis:

        async def left() -> str:
            info = await redis.info("persistence")
            return f"{info['aof_buffer_length']} bytes" if info["aof_buffer_length"] else ""

        await until_nothing(left, 60)


async def until_stored(install: Install) -> None:
    async with install.streams() as streams:

        async def left() -> str:
            waiting = await StreamReader(streams).waiting(range(SHARDS))
            return f"entries are on the streams: {waiting}" if waiting else ""

        await until_nothing(left, 60)
