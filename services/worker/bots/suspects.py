"""Which visits did so much that their behaviour has to be looked at. Cheap: their counts are at hand."""

from collections.abc import Mapping

from services.worker.bots.wishes import DEFAULT_LIMITS, Wishes
from services.worker.ingest.sessions import Sessions, Visit

_LEAST = DEFAULT_LIMITS.least


def suspects(sessions: Sessions, wishes: Mapping[int, Wishes]) -> list[Visit]:
    """Of the visits that a batch opened or went on with. Those that are bots' already are not looked at."""
    found = []
    for visit in sessions.opened + sessions.changed:
        site = wishes.get(visit.site_id)
        least = _LEAST if site is None else site.limits.least
        if least is not None and visit.pageviews + visit.events > least and not visit.bot_reason:
            found.append(visit)
    return found
