"""A service as a process of the supervisor: `python -m services.…`, with health checks over HTTP."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Mapping

import aiohttp

from services.cli.embedded.parent_death import ending_with_parent
from services.cli.errors import CliError
from services.cli.up.service_logs import ServiceOutput

_READY_SECONDS = 60.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05
_LAST_OUTPUT_SECONDS = 2.0
_MAX_LINE_BYTES = 1 << 20


class SupervisedService:
    """Runs ``python -m module`` in ``environment``; ``url`` is its base URL, for /health/ready."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, module: str, url: str, environment: Mapping[str, str], output: ServiceOutput) -> None:
        self.name = name
        self._module = module
        self._url = url
        self._environment = environment
        self._output = output
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def launch(self) -> None:
        try:
            self._process = await asyncio.create_subprocess_exec(
                *ending_with_parent(self.stop_signal),
                *python_module(self._module),
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=_MAX_LINE_BYTES,
                start_new_session=True,  # on Ctrl-C, the supervisor stops the processes in order
            )
        except OSError as error:
            raise CliError(f"{self.name}: {error.strerror}") from None
        assert self._process.stdout is not None  # noqa: S101 - stdout is a pipe
        self._reader = asyncio.create_task(_forward(self._process.stdout, self._output))

    async def ready(self) -> None:
        status = "no response"
        try:
            async with asyncio.timeout(_READY_SECONDS), aiohttp.ClientSession() as session:
                while status != "ready":
                    await asyncio.sleep(_POLL_SECONDS)
                    status = await _readiness(session, f"{self._url}/health/ready")
                    # Checked last: when the process has ended, another one may respond at its port.
                    if self._process is None or self._process.returncode is not None:
                        raise await self._failure()
        except TimeoutError:
            raise CliError(f"{self.name} was not ready after {_READY_SECONDS:.0f} s: {status}") from None
        self._output.release()

    async def wait(self) -> int:
        return await self._process.wait() if self._process else 0

    async def stop(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.stop_signal)
            try:
                await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        await self._read_to_end()

    async def _failure(self) -> CliError:
        await self._read_to_end()
        reason = self._output.last_message.removeprefix(f"{self.name}: ") or "the process ended"
        return CliError(f"{self.name} did not start: {reason} (see {self._output.log_path})")

    async def _read_to_end(self) -> None:
        """Read the remaining output, without waiting for other processes that keep the pipe open."""
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=_LAST_OUTPUT_SECONDS)
            self._reader.cancel()


def python_module(module: str) -> list[str]:
    """Return the command that runs a module. With -P, files in the current directory cannot replace modules."""
    return [sys.executable, "-P", "-m", module]


async def _readiness(session: aiohttp.ClientSession, url: str) -> str:
    """Return ``ready``, or the reason why the service is not."""
    try:
        async with session.get(url) as response:
            return "ready" if response.status == 200 else (await response.text())[:500]
    except (aiohttp.ClientError, OSError) as error:
        return type(error).__name__


async def _forward(stream: asyncio.StreamReader, output: ServiceOutput) -> None:
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # the line exceeds the limit: its beginning is lost, the rest follows
            continue
        if not line:
            return
        output.write(line)
