"""What a worker does from time to time, whoever of several workers comes first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


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
