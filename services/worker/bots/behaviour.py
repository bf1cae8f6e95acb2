"""What the behaviour of visits says: a pure function of what happened in them, and when.

The limits are those of the seed; ``Limits`` has them.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from common.bots import Rule
from services.worker.bots.wishes import Limits

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
READ_MS = 2_000
"""Whoever looks at each page for this long, on average, reads: many pages in a life are then a faithful reader's."""

Happening = tuple[datetime, str | None]
"""When something happened in a visit, and the path if it was a page view. In the order of time."""


def verdict_of_visit(happened: Sequence[Happening], limits: Limits) -> str:
    """'' within the limits."""
    if limits.rate_per_minute and most_within(MINUTE, happened) > limits.rate_per_minute:
        return Rule.RATE.value
    if limits.paths_in_15_minutes and most_paths_within(QUARTER, happened) > limits.paths_in_15_minutes:
        return Rule.PATHS.value
    return ""


def verdict_of_life(paths: int, pageviews: int, engaged_ms: int, limits: Limits) -> str:
    """Of all that a visitor ever did. ``paths``: different ones."""
    is_beyond = 0 < limits.lifetime_paths < paths and engaged_ms < READ_MS * pageviews
    return Rule.LIFETIME_PATHS.value if is_beyond else ""


def most_within(span: timedelta, happened: Iterable[Happening]) -> int:
    """How many things happened in the busiest span."""
    most, recent = 0, deque[datetime]()
    for at, _ in happened:
        recent.append(at)
        while at - recent[0] >= span:
            recent.popleft()
        most = max(most, len(recent))
    return most


def most_paths_within(span: timedelta, happened: Iterable[Happening]) -> int:
    """How many different paths were looked at in the span that has most of them."""
    most, recent, seen = 0, deque[tuple[datetime, str]](), Counter[str]()
    for at, path in happened:
        if path is None:
            continue
        recent.append((at, path))
        seen[path] += 1
        while at - recent[0][0] >= span:
            _, gone = recent.popleft()
            seen[gone] -= 1
            if not seen[gone]:
                del seen[gone]
        most = max(most, len(seen))
    return most
