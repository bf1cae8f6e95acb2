"""What a batch adds to the rollups, and which days' exit pages it leaves open."""

from collections.abc import Mapping

from common.rollups import visitor_hash
from services.worker.ingest.sessions import Sessions
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.facts import NOBODY, Facts, Place
from services.worker.rollups.fold import Delta, fold


def deltas_of(sessions: Sessions, calendars: Mapping[int, Calendar]) -> list[Delta]:
    """Bots add nothing."""
    facts = Facts(calendars)
    for visit in sessions.opened + sessions.changed:
        if visit.bot_reason:
            continue
        duration_ms, before = visit.ended_at - visit.started_at, visit.before
        if before is None:
            more, visitor = (1, int(visit.is_bounce), duration_ms), visitor_hash(visit.visitor_id)
        else:
            longer = duration_ms - (before.ended_at - before.started_at)
            more, visitor = (0, visit.is_bounce - before.is_bounce, longer), NOBODY
        if visitor or any(more):
            facts.add_visit(visit.site_id, visit.started_at, visit.values, *more, visitor)
    for event, visit in sessions.rows:
        if visit.bot_reason:
            continue
        beacon = event.beacon
        facts.add_event(
            beacon.site_id, beacon.received_at, beacon.kind, event.path, beacon.name, beacon.engaged_ms, beacon.scroll,
            visit.started_at, visit.values, visitor_hash(visit.visitor_id),
        )  # fmt: skip
    return fold(facts)


def unsettled(sessions: Sessions, calendars: Mapping[int, Calendar]) -> set[Place]:
    """Days on which visits began whose exit pages this batch may have moved."""
    return {
        Place(visit.site_id, calendars[visit.site_id].place(visit.started_at)[0])
        for visit in sessions.opened + sessions.changed
        if not visit.bot_reason
    }
