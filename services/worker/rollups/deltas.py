"""The deltas that a batch adds to rollups, and the days on which it may change exit pages."""

from collections.abc import Mapping

from common.rollups import visitor_hash
from services.worker.ingest.sessions import Sessions
from services.worker.rollups.aggregation import Delta, aggregate
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.contributions import NO_VISITOR, Contributions, SiteDay


def batch_deltas(sessions: Sessions, calendars: Mapping[int, Calendar]) -> list[Delta]:
    """Return the deltas of a batch. Bots do not count."""
    contributions = Contributions(calendars)
    for visit in sessions.opened + sessions.changed:
        if visit.bot_reason:
            continue
        duration_ms, before = visit.ended_at - visit.started_at, visit.before
        if before is None:
            change, visitor = (1, int(visit.is_bounce), duration_ms), visitor_hash(visit.visitor_id)
        else:
            longer = duration_ms - (before.ended_at - before.started_at)
            change, visitor = (0, visit.is_bounce - before.is_bounce, longer), NO_VISITOR
        if visitor or any(change):
            contributions.add_visit(visit.site_id, visit.started_at, visit.values, *change, visitor)
    for event, visit in sessions.rows:
        if visit.bot_reason:
            continue
        beacon = event.beacon
        contributions.add_event(
            beacon.site_id, beacon.received_at, beacon.kind, event.path, beacon.name, beacon.engaged_ms, beacon.scroll,
            visit.started_at, visit.values, visitor_hash(visit.visitor_id),
        )  # fmt: skip
    return aggregate(contributions)


def days_with_changed_exits(sessions: Sessions, calendars: Mapping[int, Calendar]) -> set[SiteDay]:
    """Return the days on which visits began whose exit page this batch may have changed."""
    return {
        SiteDay(visit.site_id, calendars[visit.site_id].day_and_hour(visit.started_at)[0])
        for visit in sessions.opened + sessions.changed
        if not visit.bot_reason
    }
