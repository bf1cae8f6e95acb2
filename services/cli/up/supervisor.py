"""Starts programs, starts again those that end, and stops them all, the last started first."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence

from common.backoff import Backoff
from services.cli.errors import CliError
from services.cli.up.program import Program

Say = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]
_FIRST_RESTART_SECONDS = 0.5
_LONGEST_RESTART_SECONDS = 30.0
_STABLE_AFTER_SECONDS = 60.0
"""A program that ran this long was stable: it is restarted after the first delay."""


class Supervisor:
    """``say`` takes one line for the operator; ``changed`` is called with all programs, in the order of their stop,
    whenever one has a new process."""

    def __init__(self, say: Say, changed: Callable[[Sequence[Program]], None], sleep: Sleep = asyncio.sleep) -> None:
        self._say = say
        self._changed = changed
        self._sleep = sleep
        self._programs: list[Program] = []
        self._noted: list[int | None] = []
        self._keeping: list[asyncio.Task[None]] = []

    async def start(self, *programs: Program) -> None:
        """Returns when all are ready, and keeps them running from then on. Raises ``CliError``."""
        for program in programs:
            self._programs.append(program)
            await self._launch(program)
        await _all_ready(programs)
        self._note()  # one that had to be tried again has another process
        self._keeping += [asyncio.create_task(self._keep(program)) for program in programs]

    async def watch(self) -> None:
        """Returns only by an error of our own, or when cancelled."""
        await asyncio.gather(*self._keeping)

    async def stop(self) -> None:
        """Stops everything, the last started first, and returns when all of it is gone."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for program in reversed(self._programs):
            await program.stop()

    async def _launch(self, program: Program) -> None:
        await program.launch()
        self._note()

    def _note(self) -> None:
        pids = [program.pid for program in self._programs]
        if pids != self._noted:
            self._noted = pids
            self._changed(self._programs[::-1])

    async def _keep(self, program: Program) -> None:
        clock = asyncio.get_running_loop().time
        backoff = Backoff(_FIRST_RESTART_SECONDS, _LONGEST_RESTART_SECONDS)
        while True:
            launched = clock()
            code = await program.wait()
            if clock() - launched >= _STABLE_AFTER_SECONDS:
                backoff.reset()
            delay = backoff.next_delay()
            self._say(f"{program.name} ended ({describe(code)}); starting it again in {delay:g} s")
            await self._sleep(delay)
            try:
                await self._launch(program)
            except CliError as error:
                self._say(str(error))


async def _all_ready(programs: Sequence[Program]) -> None:
    waiting = [asyncio.create_task(program.ready()) for program in programs]
    try:
        await asyncio.gather(*waiting)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def describe(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
