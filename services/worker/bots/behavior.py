"""Bot rules of behavior, as pure functions of what happened in visits, and when."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from common.bots import Rule
from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, BehaviorLimits, SiteBotPolicy
from services.worker.ingest.sessions import Sessions, Visit

MINUTE = timedelta(minutes=1)
QUARTER_HOUR = timedelta(minutes=15)
READ_MS = 2_000
"""Engaged time per page from which a visitor reads. A visitor with many pages is then a loyal reader, not a bot."""

_DEFAULT_MINIMUM = DEFAULT_LIMITS.smallest

Activity = tuple[datetime, str | None]
"""Time of an event, and the path if it was a page view. Sorted by time."""


def behavior_candidates(sessions: Sessions, bot_policies: Mapping[int, SiteBotPolicy]) -> list[Visit]:
    """Return the visits of a batch with so many events that their behavior has to be checked, except known bots.

    The counts are in memory, so this is cheap enough for every batch.
    """
    candidates = []
    for visit in sessions.opened + sessions.changed:
        policy = bot_policies.get(visit.site_id)
        minimum = _DEFAULT_MINIMUM if policy is None else policy.limits.smallest
        if minimum is not None and visit.pageviews + visit.events > minimum and not visit.bot_reason:
            candidates.append(visit)
    return candidates


def verdict_of_visit(events: Sequence[Activity], limits: BehaviorLimits) -> str:
    """Return the bot rule that the visit violates; '' for none."""
    if limits.rate_per_minute and max_events_within(MINUTE, events) > limits.rate_per_minute:
        return Rule.RATE.value
    if limits.paths_in_15_minutes and max_paths_within(QUARTER_HOUR, events) > limits.paths_in_15_minutes:
        return Rule.PATHS.value
    return ""


def verdict_of_visitor(paths: int, pageviews: int, engaged_ms: int, limits: BehaviorLimits) -> str:
    """Return the bot rule that the whole history of a visitor violates; '' for none. ``paths``: distinct ones."""
    is_above = 0 < limits.lifetime_paths < paths and engaged_ms < READ_MS * pageviews
    return Rule.LIFETIME_PATHS.value if is_above else ""


def max_events_within(span: timedelta, events: Iterable[Activity]) -> int:
    """Return the largest number of events within one ``span``."""
    maximum, recent = 0, deque[datetime]()
    for at, _ in events:
        recent.append(at)
        while at - recent[0] >= span:
            recent.popleft()
        maximum = max(maximum, len(recent))
    return maximum


def max_paths_within(span: timedelta, events: Iterable[Activity]) -> int:
    """Return the largest number of distinct paths viewed within one ``span``."""
    maximum, recent, views = 0, deque[tuple[datetime, str]](), Counter[str]()
    for at, path in events:
        if path is None:
            continue
        recent.append((at, path))
        views[path] += 1
        while at - recent[0][0] >= span:
            _, expired = recent.popleft()
            views[expired] -= 1
            if not views[expired]:
                del views[expired]
        maximum = max(maximum, len(views))
    return maximum
