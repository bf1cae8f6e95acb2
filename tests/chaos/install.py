"""A complete install for fault injection: servers, collectors, workers, and the network between them."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from common.config import Settings
from common.connections import connect_redis
from common.sites import SiteSettings
from common.store import connect
from common.store.accounts import create_site
from common.store.migrate import migrate
from common.streams import StreamServers
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey
from services.cli.embedded.server import EmbeddedServer
from tests.chaos.client import SITES
from tests.support.jumping_clock import JumpingClock
from tests.support.proxy import SlowProxy
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess

SHARDS = 8
_COLLECTORS = 2
_WORKERS = 2
_DISK_BYTES = 24 << 20
_CHECK_SECONDS = 0.25
# A server that is restarted too early finds remaining processes of the killed one.
_EXIT_SECONDS = 30.0


class Service:
    """A process that is restarted when it ends, like a container, unless it is held."""

    def __init__(self, process: ServiceProcess, clock: JumpingClock) -> None:
        self.process = process
        self.clock = clock
        self.is_held = True
        self.crashes = 0

    @property
    def pid(self) -> int:
        assert self.process.process is not None
        return self.process.process.pid

    def ensure_running(self) -> None:
        """Start the process unless it is running."""
        running = self.process.process
        if self.is_held or (running is not None and running.poll() is None):
            return
        self.crashes += running is not None
        self.process.launch()

    def kill(self) -> None:
        self.is_held = True
        self.process.kill()

    def stop(self) -> int:
        self.is_held = True
        return self.process.stop()

    def release(self) -> None:
        self.is_held = False
        self.ensure_running()


class Install:
    def __init__(self, folder: Path, fsync: str) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(folder / "postgres", "a password of the tests")
        self.valkey = EmbeddedValkey(folder / "valkey", {"appendfsync": fsync})
        self.network = SlowProxy(self.valkey.socket.with_name("proxy.sock"), self.valkey.socket)
        self.settings: Settings = settings_for(self.postgres.database_url(), self.valkey.url, shards=SHARDS)
        self.disk = folder / "spool"
        self.disk_is_small = False
        self.collectors = [self._collector(number) for number in range(_COLLECTORS)]
        self.workers = [self._worker(number) for number in range(_WORKERS)]

    @property
    def services(self) -> list[Service]:
        return [*self.collectors, *self.workers]

    @property
    def ports(self) -> list[int]:
        return [collector.process.port for collector in self.collectors]

    def _collector(self, number: int) -> Service:
        clock = JumpingClock(self.folder / f"collector-{number}.clock")
        proxied = settings_for("postgresql://none", f"unix://{self.network.socket}", shards=SHARDS)
        environment = {
            "PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED": "false",
            "PYUNIQVISIT_COLLECTOR__SPOOL_DIR": str(self.disk),
            "PYUNIQVISIT_COLLECTOR__REGISTRY_FILE": str(self.folder / f"registry-{number}"),
        }
        return Service(ServiceProcess("collector", proxied, self.folder, clock, **environment), clock)

    def _worker(self, number: int) -> Service:
        clock = JumpingClock(self.folder / f"worker-{number}.clock")
        process = ServiceProcess("worker", self.settings, self.folder, clock, PYUNIQVISIT_WORKER__BATCH_SIZE="1000")
        return Service(process, clock)

    async def start(self) -> None:
        self.disk.mkdir()
        self.disk_is_small = _mount(self.disk)
        self.postgres.start()
        self.valkey.start()
        self.postgres.create_database()
        await asyncio.to_thread(migrate, self.settings)
        await self._register_sites()
        await self.network.start()
        # The first worker publishes the registry that the collectors wait for.
        for service in (*self.workers, *self.collectors):
            service.release()
            await service.process.wait_until_ready()

    async def end(self) -> None:
        for service in self.services:
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.kill()
        await self.network.stop()
        self.valkey.stop(kill=True)
        self.postgres.stop()
        if self.disk_is_small:
            subprocess.run(["umount", "--lazy", self.disk], check=False)

    async def supervise(self) -> None:
        """Restart ended services until cancelled."""
        while True:
            for service in self.services:
                service.ensure_running()
            await asyncio.sleep(_CHECK_SECONDS)

    async def kill_server(self, server: EmbeddedServer) -> None:
        """Send SIGKILL to the server and to its child processes."""
        assert server.process is not None
        family = [server.process.pid, *children_of(server.process.pid)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.stop(kill=True)
        async with asyncio.timeout(_EXIT_SECONDS):
            while any(_is_alive(pid) for pid in family):
                await asyncio.sleep(0.01)

    async def start_server(self, server: EmbeddedServer) -> None:
        server.launch()  # on this thread: the server ends with the thread that started it
        while not await asyncio.to_thread(server.is_ready):
            assert server.process is not None
            assert server.process.poll() is None, str(server.failure())
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def redis(self) -> AsyncIterator["Redis"]:
        """Yield a client with a long timeout, connected directly to the server."""
        settings = settings_for("", self.valkey.url, shards=SHARDS, redis={"url": self.valkey.url, "timeout_ms": 5000})
        client = connect_redis(settings.redis)
        try:
            yield client
        finally:
            await client.aclose()

    @asynccontextmanager
    async def streams(self) -> AsyncIterator[StreamServers]:
        async with self.redis() as client:
            yield StreamServers.one(client)

    async def _register_sites(self) -> None:
        connection = await connect(self.settings.database.url.get_secret_value())
        try:
            for name in dict.fromkeys(SITES):
                await create_site(connection, SiteSettings(name, "https://shop.example"), datetime.now(UTC))
        finally:
            await connection.close()


async def until_nothing(missing: Callable[[], Awaitable[str]], seconds: float) -> None:
    """Wait until ``missing`` returns ''. Raises ``AssertionError`` with its result at the deadline."""
    deadline = time.monotonic() + seconds
    while what := await missing():
        assert time.monotonic() < deadline, f"after {seconds:.0f} s: {what}"
        await asyncio.sleep(0.1)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _mount(folder: Path) -> bool:
    """Mount a small disk at ``folder``; return False if that is not possible."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
