"""Sorting events by time: servers log a request when it ends, but with the time when it started."""

import heapq
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

WINDOW_MS = 3_600_000
MAX_BUFFERED = 100_000


class _HasTime(Protocol):
    @property
    def time(self) -> int: ...


Event = TypeVar("Event", bound=_HasTime)


def sorted_by_time(
    events: Iterable[Event], window_ms: int = WINDOW_MS, max_buffered: int = MAX_BUFFERED
) -> Iterator[Event]:
    """Iterate over the events by time; events of the same time keep their order.

    Buffers events for ``window_ms``, and at most ``max_buffered`` of them. An event that arrives later than that is
    returned at once, out of order.
    """
    buffered: list[tuple[int, int, Event]] = []
    newest = 0
    for number, event in enumerate(events):
        heapq.heappush(buffered, (event.time, number, event))
        newest = max(newest, event.time)
        while len(buffered) > max_buffered or buffered[0][0] < newest - window_ms:
            yield heapq.heappop(buffered)[2]
            if not buffered:
                break
    while buffered:
        yield heapq.heappop(buffered)[2]
