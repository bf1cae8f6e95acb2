"""Progress of long commands: a bar for transfers, and waiting for the worker."""

import time
from collections.abc import Callable

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

_WARN_AFTER_SECONDS = 60.0


class WorkerWait:
    """Pauses between polls of a job that the worker does.

    Without a running worker the job never ends, so one warning is printed after a minute without progress.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._progress: object = None
        self._unchanged_since = monotonic()
        self._has_warned = False

    def pause(self, seconds: float, progress: object) -> None:
        """Sleep ``seconds``. ``progress`` is any value that changes when the job advances."""
        now = self._monotonic()
        if progress != self._progress:
            self._progress, self._unchanged_since = progress, now
        elif now - self._unchanged_since >= _WARN_AFTER_SECONDS and not self._has_warned:
            self._has_warned = True
            click.echo("No progress for a minute. Is a worker running? Ctrl-C stops waiting, not the job.", err=True)
        self._sleep(seconds)


def transfer_bar(console: Console) -> Progress:
    """Return a progress bar that counts bytes; it is hidden where the output is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
