"""Servers that are away: which errors say so, and how they are told of: once, not at every try."""

import time
from collections.abc import Callable

import asyncpg
import structlog
from redis.exceptions import RedisError

REDIS_AWAY = (RedisError, OSError)
PASSING = (*REDIS_AWAY, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What may be otherwise at the next try: servers that are away or full, locks that are taken, what took too long."""

_log = structlog.get_logger()


class Outage:
    """Says once that something is away, and once that it is back."""

    def __init__(self, what: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._monotonic = monotonic
        self._since: float | None = None

    def goes_on(self, error: BaseException) -> None:
        if self._since is None:
            self._since = self._monotonic()
            what = f"{self._what} cannot work, and tries again until it can"
            reason = (str(error).splitlines() or [""])[0]  # the others are details, which may name somebody
            _log.warning(what, error=type(error).__name__, reason=reason)

    def is_over(self) -> None:
        """Also when there was none."""
        if self._since is not None:
            _log.info(f"{self._what} works again", seconds=round(self._monotonic() - self._since, 1))
            self._since = None
