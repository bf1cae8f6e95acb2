"""Periodic tasks and when they run. Each run is taken by one worker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of day (UTC) that match all fields; None matches any."""

    hour: int | None = None
    minutes: set[int] | int | None = None
    seconds: set[int] | int = 0


def every(seconds: int, offset: int = 0) -> Schedule:
    """Return a schedule of every so many ``seconds`` within a minute, from ``offset`` seconds past the minute on."""
    return Schedule(seconds=set(range(offset, 60, seconds)))


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """Can be interrupted at any time: finished work stays, and the next run continues."""

    name: str
    run: Callable[[], Awaitable[object]]
    schedule: Schedule
    timeout_seconds: int = 60
    run_at_startup: bool = False
