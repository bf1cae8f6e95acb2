"""Bot rules of behavior: pure functions of what happened in visits, and when."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from common.bots import Rule
from services.worker.bots.site_bot_policy import BehaviorLimits

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
READ_MS = 2_000
"""A visitor with at least this engaged time a page reads: many pages over time are then a loyal reader's."""

Activity = tuple[datetime, str | None]
"""Time of an event, and the path if it was a page view. Sorted by time."""


def verdict_of_visit(events: Sequence[Activity], limits: BehaviorLimits) -> str:
    """Return the bot rule that the visit violates; '' for none."""
    if limits.rate_per_minute and most_within(MINUTE, events) > limits.rate_per_minute:
        return Rule.RATE.value
    if limits.paths_in_15_minutes and most_paths_within(QUARTER, events) > limits.paths_in_15_minutes:
        return Rule.PATHS.value
    return ""


def verdict_of_visitor(paths: int, pageviews: int, engaged_ms: int, limits: BehaviorLimits) -> str:
    """Return the bot rule that the whole history of a visitor violates; '' for none. ``paths``: distinct ones."""
    is_beyond = 0 < limits.lifetime_paths < paths and engaged_ms < READ_MS * pageviews
    return Rule.LIFETIME_PATHS.value if is_beyond else ""


def most_within(span: timedelta, events: Iterable[Activity]) -> int:
    """Return how many events the busiest ``span`` has."""
    most, recent = 0, deque[datetime]()
    for at, _ in events:
        recent.append(at)
        while at - recent[0] >= span:
            recent.popleft()
        most = max(most, len(recent))
    return most


def most_paths_within(span: timedelta, events: Iterable[Activity]) -> int:
    """Return the largest number of distinct paths viewed within one ``span``."""
    most, recent, seen = 0, deque[tuple[datetime, str]](), Counter[str]()
    for at, path in events:
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
