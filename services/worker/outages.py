"""Servers that are away: which errors say so, and how they are told of."""

import time
from collections.abc import Callable

import asyncpg
import structlog
from redis.exceptions import RedisError

REDIS_AWAY = (RedisError, OSError)
AWAY = (
    *REDIS_AWAY,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,  # shut down, starting up, cancelled
    asyncpg.InsufficientResourcesError,  # out of disk, memory or connections
    asyncpg.TransactionRollbackError,  # serialization, deadlock
)
"""What a server that is away, or cannot at the moment, makes clients raise. Anything else is a mistake of ours."""

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
            _log.warning(what, error=type(error).__name__, reason=str(error))

    def is_over(self) -> None:
        """Also when there was none."""
        if self._since is not None:
            _log.info(f"{self._what} works again", seconds=round(self._monotonic() - self._since, 1))
            self._since = None
