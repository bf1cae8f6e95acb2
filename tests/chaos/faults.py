"""Faults that are injected into a running install and undone after some time."""

import asyncio
import contextlib
import os
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis.exceptions import RedisError

from common.beacon import Kind, encode_beacon
from common.streams import StreamWriter
from services.cli.embedded.server import EmbeddedServer
from tests.chaos.install import SHARDS, Install, Service, children_of
from tests.chaos.plan import PlannedFault
from tests.support.beacons import NOON, beacon_maker

HOUR = 3_600_000
_JUMPS = (-26 * HOUR, -2 * HOUR, -40 * 60_000, -90_000, 90_000, 40 * 60_000, 2 * HOUR, 26 * HOUR)
_UNREACHABLE_HOST = ("127.0.0.1", 1)
_STEP_SECONDS = 0.4


@dataclass(slots=True)
class InjectedFault:
    """A fault that was injected."""

    at: float
    description: str
    seconds: float


@dataclass(slots=True)
class Poison:
    """Payloads that cannot be stored, and were appended to the streams."""

    put: int = 0
    uncertain: int = 0
    """Payloads that may be in the stream or not, because Redis became unavailable."""


@dataclass(slots=True)
class Chaos:
    """Injects faults. Faults of one target wait for each other; those of different targets run at the same time."""

    install: Install
    poison: Poison = field(default_factory=Poison)
    _targets: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _began: dict["asyncio.Task[object] | None", float] = field(default_factory=dict)
    _make: Callable[..., object] = field(default_factory=beacon_maker)

    async def do(self, planned: PlannedFault, begun: float) -> InjectedFault:
        """Inject a fault and return when it is undone. ``begun``: start of the run, by ``time.monotonic``."""
        description = await FAULTS[planned.fault](self, planned)
        began = self._began.pop(asyncio.current_task())
        return InjectedFault(began - begun, description, time.monotonic() - began)

    @asynccontextmanager
    async def _at(self, *targets: str) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for target in sorted(targets):
                await stack.enter_async_context(self._targets[target])
            self._began[asyncio.current_task()] = time.monotonic()
            yield

    async def kill_service(self, kind: str, planned: PlannedFault) -> str:
        service, name = self._one(kind, planned)
        async with self._at(name):
            service.kill()
            await asyncio.sleep(planned.seconds)
            service.release()
        return f"SIGKILL of {name}"

    async def restart_service(self, kind: str, planned: PlannedFault) -> str:
        service, name = self._one(kind, planned)
        async with self._at(name):
            code = await asyncio.to_thread(service.stop)
            last_lines = service.process.log.read_text().splitlines()[-1:]
            service.release()
        # A process that is stopped while it starts ends with the signal, and one that could not start logs the reason.
        could_not_start = code == 1 and last_lines[0].startswith(f"{kind}: ")
        assert code in (0, -signal.SIGTERM) or could_not_start, f"{name} ended with {code}: {last_lines}"
        return f"SIGTERM and restart of {name}"

    async def stop_service(self, kind: str, planned: PlannedFault) -> str:
        service, name = self._one(kind, planned)
        async with self._at(name):
            await _frozen([service.pid], planned.seconds)
        return f"SIGSTOP of {name}"

    async def kill_server(self, name: str, planned: PlannedFault) -> str:
        async with self._at(name):
            server = self._server(name)
            await self.install.kill_server(server)
            await asyncio.sleep(planned.seconds)
            await self.install.start_server(server)
        return f"SIGKILL of {server.name}"

    async def stop_server(self, name: str, planned: PlannedFault) -> str:
        async with self._at(name):
            server = self._server(name)
            assert server.process is not None
            await _frozen([server.process.pid, *children_of(server.process.pid)], planned.seconds)
        return f"SIGSTOP of {server.name}"

    async def kill_backend(self, planned: PlannedFault) -> str:
        """Kill one process of PostgreSQL, which then ends all sessions and recovers by itself."""
        async with self._at("postgres"):
            process = self.install.postgres.process
            assert process is not None
            backends = children_of(process.pid)
            _signal([backends[int(planned.chance * len(backends))]], signal.SIGKILL)
            await asyncio.sleep(_STEP_SECONDS)
            assert process.poll() is None
        return "SIGKILL of a PostgreSQL backend"

    async def out_of_memory(self, planned: PlannedFault) -> str:
        async with self._at("valkey"), self.install.redis() as redis:
            await redis.config_set("maxmemory", "100kb")
            await asyncio.sleep(planned.seconds)
            await redis.config_set("maxmemory", "0")
        return "Valkey: out of memory"

    async def read_only(self, planned: PlannedFault) -> str:
        async with self._at("valkey"), self.install.redis() as redis:
            if planned.chance < 0.5:
                reply = "READONLY, replica of an unreachable host"
                await redis.replicaof(*_UNREACHABLE_HOST)
                await asyncio.sleep(planned.seconds)
                await redis.replicaof("NO", "ONE")
            else:
                reply = "NOREPLICAS"
                await redis.config_set("min-replicas-to-write", "1")
                await asyncio.sleep(planned.seconds)
                await redis.config_set("min-replicas-to-write", "0")
        return f"Valkey: {reply}"

    async def full_disk(self, planned: PlannedFault) -> str:
        """Fill the disk of the spool while Valkey is stopped."""
        async with self._at("valkey", "disk"):
            filler = self.install.disk / "filler"
            server = self.install.valkey.process
            assert server is not None
            freezing = asyncio.create_task(_frozen([server.pid], planned.seconds))
            await asyncio.sleep(planned.seconds * 0.3)
            _fill(filler)
            await freezing
            filler.unlink()
        return "full disk of the spool while Valkey is stopped"

    async def clock_jump(self, planned: PlannedFault) -> str:
        services = {f"collector {n}": each for n, each in enumerate(self.install.collectors)}
        services |= {f"worker {n}": each for n, each in enumerate(self.install.workers)}
        name = list(services)[int(planned.chance * len(services))]
        by = _JUMPS[int(planned.chance * 1009) % len(_JUMPS)]
        async with self._at(f"clock of {name}"):
            services[name].clock.jump(by)
            await asyncio.sleep(planned.seconds)
            services[name].clock.jump(0)
        return f"clock of {name} off by {by / 60_000:+.1f} min"

    async def slow_network(self, planned: PlannedFault) -> str:
        """Delay the network, from just noticeable to beyond the timeout of the collectors."""
        async with self._at("network"):
            self.install.network.delay = delay = 0.02 + 1.2 * planned.chance**2
            await asyncio.sleep(planned.seconds)
            self.install.network.heal()
        return f"network: {delay * 1000:.0f} ms delay in each direction"

    async def cut_network(self, planned: PlannedFault) -> str:
        async with self._at("network"):
            for _ in range(3):  # after a cut during a flush it is unknown whether the flush arrived
                self.install.network.cut()
                await asyncio.sleep(planned.seconds / 6)
                self.install.network.heal()
                await asyncio.sleep(planned.seconds / 6)
        return "network: cut three times"

    async def poison_streams(self, planned: PlannedFault) -> str:
        rejected = self._make(NOON, f"poison {planned.at}", Kind.EVENT, name="nul\x00")
        payloads = {int(planned.chance * SHARDS): [b"\x93\x01\x02\x03", b"\xc0", encode_beacon(rejected)]}
        async with self._at("valkey"), self.install.redis() as redis:
            try:
                await StreamWriter(redis).append(payloads)
                self.poison.put += 3
            except (RedisError, OSError):
                self.poison.uncertain += 3
        return "poison: 2 undecodable beacons, 1 that PostgreSQL rejects"

    def _one(self, kind: str, planned: PlannedFault) -> tuple[Service, str]:
        services: Sequence[Service] = self.install.collectors if kind == "collector" else self.install.workers
        number = int(planned.chance * len(services))
        return services[number], f"{kind} {number}"

    def _server(self, name: str) -> EmbeddedServer:
        return self.install.valkey if name == "valkey" else self.install.postgres


async def _frozen(pids: Iterable[int], seconds: float) -> None:
    pids = tuple(pids)
    _signal(pids, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        _signal(pids, signal.SIGCONT)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


Fault = Callable[[Chaos, PlannedFault], Awaitable[str]]


def _of(do: Callable[[Chaos, str, PlannedFault], Awaitable[str]], target: str) -> Fault:
    return lambda chaos, planned: do(chaos, target, planned)


FAULTS: dict[str, Fault] = {
    "kill collector": _of(Chaos.kill_service, "collector"),
    "kill worker": _of(Chaos.kill_service, "worker"),
    "kill valkey": _of(Chaos.kill_server, "valkey"),
    "kill postgres": _of(Chaos.kill_server, "postgres"),
    "kill backend": Chaos.kill_backend,
    "stop collector": _of(Chaos.stop_service, "collector"),
    "stop worker": _of(Chaos.stop_service, "worker"),
    "stop valkey": _of(Chaos.stop_server, "valkey"),
    "stop postgres": _of(Chaos.stop_server, "postgres"),
    "restart collector": _of(Chaos.restart_service, "collector"),
    "restart worker": _of(Chaos.restart_service, "worker"),
    "out of memory": Chaos.out_of_memory,
    "read only": Chaos.read_only,
    "full disk": Chaos.full_disk,
    "clock jump": Chaos.clock_jump,
    "slow network": Chaos.slow_network,
    "cut network": Chaos.cut_network,
    "poison": Chaos.poison_streams,
}
NEEDS_DISK = "full disk"
