"""What a power cut may take from a Valkey that syncs every second: what was acknowledged since the last sync."""

import asyncio
from pathlib import Path

from common.background import in_background
from common.streams import StreamReader
from tests.chaos.client import Client
from tests.chaos.install import SHARDS, Install, until_nothing
from tests.chaos.reckoning import reckon

_SINCE_LAST_SYNC_SECONDS = 1.0


async def test_a_power_cut_between_two_syncs_takes_what_was_acknowledged_between_them_and_nothing_else(tmp_path: Path):
    install = Install(tmp_path, "everysec")
    try:
        await install.start()
        client = Client(install.ports, visitors=500)
        for worker in install.workers:
            worker.stop()  # what they have stored cannot be lost any more
        async with in_background(install.supervise()):
            sending = asyncio.create_task(client.send(1_500, seconds=3))
            await asyncio.sleep(1.5)
            [log] = (install.valkey.directory / "appendonlydir").glob("*.incr.aof")
            size, synced = log.stat().st_size, len(client.sent.acknowledged)
            await asyncio.sleep(_SINCE_LAST_SYNC_SECONDS)
            await install.kill_server(install.valkey)
            with log.open("r+b") as file:
                file.truncate(size)  # a cut of the power leaves no more than what was synced
            await install.start_server(install.valkey)
            await sending
            for worker in install.workers:
                worker.release()
            await stored(install)
        for service in install.services:
            service.stop()
        async with install.streams() as streams:
            found = await reckon(install.settings, streams, SHARDS, client.sent)

        assert 0 < len(found.lost) < 1_000
        assert set(found.lost).isdisjoint(client.sent.acknowledged[:synced]), "that was synced"
        assert (found.doubled, found.never_sent, found.disagreements) == ([], [], [])
    finally:
        await install.end()


async def stored(install: Install) -> None:
    async with install.streams() as streams:

        async def left() -> str:
            waiting = await StreamReader(streams).waiting(range(SHARDS))
            return f"entries are on the streams: {waiting}" if waiting else ""

        await until_nothing(left, 60)
