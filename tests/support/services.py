"""The services as separate processes, as in production, for tests that kill them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from aiohttp import ClientError, ClientSession

from common.config import Settings
from tests.support.jumping_clock import JumpingClock
from tests.support.ports import own_port

_START_SECONDS = 60
_STOP_SECONDS = 30
_PROJECT = Path(__file__).parent.parent.parent


class ServiceProcess:
    """``python -m services.NAME`` on its own port, with its output in a file."""

    def __init__(
        self, name: str, settings: Settings, folder: Path, clock: JumpingClock | None = None, **environment: str
    ) -> None:
        """``clock``: the clock that the service uses."""
        self.name = name
        self.port = own_port()
        self.log = folder / f"{name}-{self.port}.log"
        self._clock = clock
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYUNIQVISIT_DATABASE__URL": _secret(settings.database.url),
            "PYUNIQVISIT_REDIS__URL": _secret(settings.redis.url),
            "PYUNIQVISIT_API__JWT_SECRET": _secret(settings.api.jwt_secret),
            "PYUNIQVISIT_INSTALL__SHARDS": str(settings.install.shards),
            f"PYUNIQVISIT_{name.upper()}__PORT": str(self.port),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start the process without waiting until it is ready."""
        module = f"services.{self.name}"
        arguments = self._clock.running(module) if self._clock else ["-m", module]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self._environment,
                cwd=_PROJECT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.launch()
        await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        async with ClientSession() as session:
            while time.monotonic() < deadline:
                assert self.process is not None
                assert self.process.poll() is None, self.log.read_text()
                try:
                    async with session.get(f"{self.url}/health/ready") as answer:
                        if answer.status == 200:
                            return
                except ClientError:
                    pass
                await asyncio.sleep(0.02)
        raise AssertionError(f"{self.name} was not ready: {self.log.read_text()}")

    def kill(self) -> None:
        """Send SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(number)
        return process.wait(_STOP_SECONDS)


def _secret(value) -> str:
    return value.get_secret_value() if value else ""
