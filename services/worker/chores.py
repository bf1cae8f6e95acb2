"""What a worker does from time to time, whoever of several workers comes first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import structlog
from redis.exceptions import RedisError

# What passes: servers that are away, locks that are taken, statements that took too long.
_PASSING = (RedisError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class At:
    """Times of day (UTC) that have all of these; None is any."""

    hour: int | None = None
    minutes: set[int] | int | None = None
    seconds: set[int] | int = 0


def every(seconds: int, after: int = 0) -> At:
    """``after``: so many seconds past the minute, and then again and again until the next."""
    return At(seconds=set(range(after, 60, seconds)))


@dataclass(frozen=True, slots=True)
class Chore:
    """Each can be begun again at any time: what was done stays done, and the next run goes on from there."""

    name: str
    work: Callable[[], Awaitable[object]]
    at: At
    at_most_seconds: int = 60
    at_startup: bool = False

    async def do(self) -> None:
        try:
            await self.work()
        except _PASSING as error:
            _log.error("not done, will be tried again", chore=self.name, error=type(error).__name__)
