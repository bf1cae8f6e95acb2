"""Putting events in order of time: servers log a request when it ends, not when it began."""

import heapq
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

WINDOW_MS = 3_600_000
MAX_HELD = 100_000


class _Timed(Protocol):
    @property
    def time(self) -> int: ...


Event = TypeVar("Event", bound=_Timed)


def in_order(events: Iterable[Event], window_ms: int = WINDOW_MS, max_held: int = MAX_HELD) -> Iterator[Event]:
    """The same events by time; those of the same time stay in their order.

    Holds back what is at most ``window_ms`` older than the newest, and ``max_held`` events at most: what comes later
    than that goes out at once, late.
    """
    held: list[tuple[int, int, Event]] = []
    newest = 0
    for number, event in enumerate(events):
        heapq.heappush(held, (event.time, number, event))
        newest = max(newest, event.time)
        while len(held) > max_held or held[0][0] < newest - window_ms:
            yield heapq.heappop(held)[2]
            if not held:
                break
    while held:
        yield heapq.heappop(held)[2]
