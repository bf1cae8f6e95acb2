"""Visits with so many events that their behavior has to be checked. Cheap: the counts are in memory."""

from collections.abc import Mapping

from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, SiteBotPolicy
from services.worker.ingest.sessions import Sessions, Visit

_DEFAULT_MINIMUM = DEFAULT_LIMITS.smallest


def behavior_candidates(sessions: Sessions, bot_policies: Mapping[int, SiteBotPolicy]) -> list[Visit]:
    """Return the candidates among the visits that a batch opened or continued, without those of known bots."""
    candidates = []
    for visit in sessions.opened + sessions.changed:
        site = bot_policies.get(visit.site_id)
        minimum = _DEFAULT_MINIMUM if site is None else site.limits.smallest
        if minimum is not None and visit.pageviews + visit.events > minimum and not visit.bot_reason:
            candidates.append(visit)
    return candidates
