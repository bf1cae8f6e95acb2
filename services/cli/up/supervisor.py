"""Starts processes, restarts those that end, and stops all of them in reverse order."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from common.backoff import Backoff
from services.cli.errors import CliError

_FIRST_RESTART_SECONDS = 0.5
_MAX_RESTART_SECONDS = 30.0
_STABLE_AFTER_SECONDS = 60.0
"""A process that ran this long was stable; it is restarted after the first delay."""

PrintLine = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


class SupervisedProcess(Protocol):
    """A server or service that can be started, watched and stopped. Nothing of it is left after ``stop``."""

    name: str
    stop_signal: signal.Signals

    @property
    def pid(self) -> int | None:
        """None before the first launch."""

    async def launch(self) -> None:
        """Start the process. Raises ``CliError``."""

    async def ready(self) -> None:
        """Return when it is ready for work. Raises ``CliError`` when it has ended or takes too long."""

    async def wait(self) -> int:
        """Wait until it has ended; return the exit code, or the negative number of the signal that killed it."""

    async def stop(self) -> None:
        """Ask it to end, kill it after a timeout, and return when it has ended."""


class Supervisor:
    """Keeps processes running.

    ``print_line`` receives messages for the administrator. ``on_change`` is called with all processes, in stop order,
    whenever one of them was started.
    """

    def __init__(
        self,
        print_line: PrintLine,
        on_change: Callable[[Sequence[SupervisedProcess]], None],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._print_line = print_line
        self._on_change = on_change
        self._sleep = sleep
        self._processes: list[SupervisedProcess] = []
        self._reported_pids: list[int | None] = []
        self._watchers: list[asyncio.Task[None]] = []

    async def start(self, *processes: SupervisedProcess) -> None:
        """Start processes, return when all are ready, and keep them running. Raises ``CliError``."""
        for process in processes:
            self._processes.append(process)
            await self._launch(process)
        await _all_ready(processes)
        self._report_changes()  # a repeated launch has changed the pid
        self._watchers += [asyncio.create_task(self._keep_running(process)) for process in processes]

    async def watch(self) -> None:
        """Run until cancelled, or until an unexpected error."""
        await asyncio.gather(*self._watchers)

    async def stop(self) -> None:
        """Stop all processes, the last started first, and return when they have ended."""
        for task in self._watchers:
            task.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for process in reversed(self._processes):
            await process.stop()

    async def _launch(self, process: SupervisedProcess) -> None:
        await process.launch()
        self._report_changes()

    def _report_changes(self) -> None:
        pids = [process.pid for process in self._processes]
        if pids != self._reported_pids:
            self._reported_pids = pids
            self._on_change(self._processes[::-1])

    async def _keep_running(self, process: SupervisedProcess) -> None:
        clock = asyncio.get_running_loop().time
        backoff = Backoff(_FIRST_RESTART_SECONDS, _MAX_RESTART_SECONDS)
        while True:
            launched = clock()
            code = await process.wait()
            if clock() - launched >= _STABLE_AFTER_SECONDS:
                backoff.reset()
            delay = backoff.next_delay()
            self._print_line(f"{process.name} ended ({exit_reason(code)}); restarting it in {delay:g} s")
            await self._sleep(delay)
            try:
                await self._launch(process)
            except CliError as error:
                self._print_line(str(error))


async def _all_ready(processes: Sequence[SupervisedProcess]) -> None:
    checks = [asyncio.create_task(process.ready()) for process in processes]
    try:
        await asyncio.gather(*checks)
    finally:
        for task in checks:
            task.cancel()
        await asyncio.gather(*checks, return_exceptions=True)


def exit_reason(code: int) -> str:
    """Return an exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
