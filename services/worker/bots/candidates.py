"""Visits with so many events that their behavior has to be checked. Cheap: the counts are in memory."""

from collections.abc import Mapping

from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, SiteBotPolicy
from services.worker.ingest.sessions import Sessions, Visit

_LEAST = DEFAULT_LIMITS.least


def behavior_candidates(sessions: Sessions, bot_policies: Mapping[int, SiteBotPolicy]) -> list[Visit]:
    """Return the candidates among the visits that a batch opened or continued, without those of known bots."""
    found = []
    for visit in sessions.opened + sessions.changed:
        site = bot_policies.get(visit.site_id)
        least = _LEAST if site is None else site.limits.least
        if least is not None and visit.pageviews + visit.events > least and not visit.bot_reason:
            found.append(visit)
    return found
