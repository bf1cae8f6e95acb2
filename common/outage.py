"""Log an outage when it begins and when it ends, not at every retry."""

import logging
import time
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

REDIS_ERRORS = (RedisError, OSError)
"""What redis-py raises while a server is unavailable."""

_log = structlog.get_logger()


class OutageLog:
    """Logs the first failure of a component and its recovery.

    An error that is not ``expected`` is a bug. It is logged with its traceback, once per type of error.
    """

    def __init__(
        self,
        component: str,
        expected: tuple[type[BaseException], ...] = (Exception,),
        *,
        level: int = logging.WARNING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._component = component
        self._expected = expected
        self._level = level
        self._monotonic = monotonic
        self._since: float | None = None
        self._bugs: set[type[BaseException]] = set()

    def failed(self, error: BaseException) -> None:
        is_bug = not isinstance(error, self._expected) and type(error) not in self._bugs
        if self._since is not None and not is_bug:
            return
        if self._since is None:
            self._since = self._monotonic()
        if is_bug:
            self._bugs.add(type(error))
        _log.log(
            logging.ERROR if is_bug else self._level,
            f"{self._component}: failed; retrying",
            error=type(error).__name__,
            reason=(str(error).splitlines() or [""])[0],  # further lines are details, which may hold personal data
            exc_info=error if is_bug else None,
        )

    def recovered(self) -> None:
        """Log the end of the outage, if there was one."""
        if self._since is not None:
            seconds = round(self._monotonic() - self._since, 1)
            _log.info(f"{self._component}: recovered", outage_seconds=seconds)
            self._since = None
            self._bugs.clear()
