"""Waiting for what a worker does."""

import time
from collections.abc import Callable

import click

_PATIENCE_SECONDS = 60.0


class Waiting:
    """Says once, on standard error, that nothing has moved for a minute: where no worker runs, nothing ever will."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._progress: object = None
        self._since = monotonic()
        self._said = False

    def pause(self, seconds: float, progress: object) -> None:
        """``progress``: whatever is another when something has moved."""
        now = self._monotonic()
        if progress != self._progress:
            self._progress, self._since = progress, now
        elif now - self._since >= _PATIENCE_SECONDS and not self._said:
            self._said = True
            click.echo("nothing has moved for a minute: does a worker run? Ctrl-C ends the waiting only", err=True)
        self._sleep(seconds)
