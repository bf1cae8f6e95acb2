"""A program that the supervisor runs."""

import signal
from typing import Protocol


class Program(Protocol):
    """One process: started, watched, and stopped. Nothing of it outlives ``stop``."""

    name: str
    stop_signal: signal.Signals

    @property
    def pid(self) -> int | None:
        """None before the first launch."""

    async def launch(self) -> None:
        """Starts the process. Raises ``CliError``."""

    async def ready(self) -> None:
        """Returns when the program does its work. Raises ``CliError`` when it ended or takes too long."""

    async def wait(self) -> int:
        """The exit code, negative for a signal's number, once the process ended."""

    async def stop(self) -> None:
        """Asks the process to end, insists after a while, and returns when it is gone."""
