"""A run: load, faults, recovery, and the check of the store."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession

from common.background import in_background
from common.streams import StreamReader
from tests.chaos.accounting import Findings, check
from tests.chaos.client import Client, Sent
from tests.chaos.faults import FAULTS, NEEDS_DISK, Chaos, InjectedFault, Poison
from tests.chaos.install import SHARDS, Install, until_nothing
from tests.chaos.plan import PlannedFault, make_plan

_DRAIN_SECONDS = 240
_READY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run."""

    beacons: int
    seconds: float
    faults: int
    seed: int
    longest: float = 5.0
    """Maximum duration of a fault in seconds."""
    fsync: str = "always"
    kinds: Sequence[str] = tuple(FAULTS)


@dataclass(slots=True)
class RunResult:
    options: RunOptions
    faults: list[InjectedFault]
    sent: Sent
    poison: Poison
    sending_seconds: float
    drained_seconds: float
    findings: Findings
    crashes: dict[str, int]
    skipped: list[str] = field(default_factory=list)


async def run_chaos(options: RunOptions, folder: Path) -> RunResult:
    """Run the load and the faults. Raises ``AssertionError`` if the install does not recover."""
    install = Install(folder, options.fsync)
    try:
        await install.start()
        skipped = [] if install.disk_is_small else [f"{NEEDS_DISK}: only root can mount a small disk"]
        kinds = [kind for kind in options.kinds if install.disk_is_small or kind != NEEDS_DISK]
        plan = make_plan(options.seed, kinds, options.faults, options.seconds, options.longest)
        chaos, client = Chaos(install), Client(install.ports, visitors=max(500, options.beacons // 6))
        async with in_background(install.supervise()):
            begun = time.monotonic()
            sending = asyncio.create_task(client.send(options.beacons, options.seconds))
            done = await asyncio.gather(*(_do(chaos, planned, begun) for planned in plan))
            await _all_ready(install)
            await sending
            sent_after = time.monotonic() - begun
            await _drained(install)
            drained_after = time.monotonic() - begun - sent_after
        for service in install.services:
            code = await asyncio.to_thread(service.stop)
            assert code == 0, f"{service.process.name} ended with {code}: {service.process.log.read_text()[-2000:]}"
        crashes = {
            f"{each.process.name}-{each.process.port}": each.crashes for each in install.services if each.crashes
        }
        async with install.streams() as streams:
            findings = await check(install.settings, streams, SHARDS, client.sent)
        return RunResult(
            options, done, client.sent, chaos.poison, sent_after, drained_after, findings, crashes, skipped
        )
    finally:
        await install.end()


async def _do(chaos: Chaos, planned: PlannedFault, begun: float) -> InjectedFault:
    await asyncio.sleep(max(0.0, begun + planned.at - time.monotonic()))
    return await chaos.do(planned, begun)


async def _all_ready(install: Install) -> None:
    async with ClientSession() as session:

        async def unready() -> str:
            for service in install.services:
                name = service.process.name
                try:
                    async with session.get(f"{service.process.url}/health/ready") as response:
                        if response.status != 200:
                            return f"{name} is not ready: {await response.text()}"
                except OSError as error:
                    return f"{name} does not respond: {error}"
            return ""

        await until_nothing(unready, _READY_SECONDS)


async def _drained(install: Install) -> None:
    async with ClientSession() as session, install.streams() as streams:
        reader = StreamReader(streams)

        async def left() -> str:
            for collector in install.collectors:
                async with session.get(f"{collector.process.url}/metrics") as response:
                    if "\npyuniqvisit_collector_spool_beacons 0.0\n" not in await response.text():
                        return "a collector still has beacons in its spool"
            spools = [path for path in install.disk.iterdir() if path.is_dir()]
            if len(spools) > len(install.collectors):
                files = {str(path.relative_to(install.disk)): path.stat().st_size for path in install.disk.rglob("*")}
                return f"a spool is left over: {files}"
            waiting = await reader.waiting(range(SHARDS))
            return f"entries are left in the streams: {waiting}" if waiting else ""

        await until_nothing(left, _DRAIN_SECONDS)
