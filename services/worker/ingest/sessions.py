"""Sessions: assigns events to visits. A pure function.

A visit ends after ``SESSION_TIMEOUT`` without a beacon, by event time, and lasts at most ``LONGEST_VISIT``. A late
beacon joins the visit at its time; it never moves the start of a visit, splits a visit, or merges two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from common.beacon import Kind
from common.dimensions import VisitValues, opening_columns, visit_values
from common.visits import LONGEST_VISIT_MS, SESSION_TIMEOUT_MS, is_bounce
from services.worker.enrich.event import Event

VisitorKey = tuple[int, bytes]
"""Site id and visitor id."""


class StoredVisit(msgspec.Struct, frozen=True, gc=False):
    """A visit in the store, as far as it is needed to continue it. Times in epoch milliseconds."""

    started_at: int
    ended_at: int
    pageviews: int
    events: int
    engaged_ms: int
    exit_page: str
    bot_reason: str
    values: VisitValues = ()

    @property
    def is_bounce(self) -> bool:
        return is_bounce(self.pageviews, self.events)


class Visit(msgspec.Struct):
    """A visit that a batch opens or continues. Times in epoch milliseconds."""

    site_id: int
    visitor_id: bytes
    started_at: int
    ended_at: int
    exit_page: str
    bot_reason: str
    values: VisitValues
    """The values of its dimensions."""
    first: Event | None = None
    """The event that opened the visit, if it is in this batch."""
    before: StoredVisit | None = None
    """The visit as it is in the store, if this batch continues it."""
    pageviews: int = 0
    events: int = 0
    engaged_ms: int = 0
    is_changed: bool = False

    @property
    def is_bounce(self) -> bool:
        return is_bounce(self.pageviews, self.events)


@dataclass(slots=True)
class Sessions:
    """The changes of a batch. ``rows`` contains every kept event with its visit."""

    opened: list[Visit] = field(default_factory=list)
    changed: list[Visit] = field(default_factory=list)
    rows: list[tuple[Event, Visit]] = field(default_factory=list)
    orphans: list[Event] = field(default_factory=list)
    """``leave`` beacons without an open visit."""


def sessionize(events: Iterable[Event], stored: Mapping[VisitorKey, Sequence[StoredVisit]]) -> Sessions:
    """Assign each event to a visit, in the order of event time.

    ``stored``: for every visitor in ``events``, the stored visits that could contain an event between the earliest and
    the latest of ``events``.
    """
    sessions = Sessions()
    visits_by_visitor: dict[VisitorKey, list[Visit]] = {}
    for event in sorted(events, key=_time):
        beacon = event.beacon
        key = (beacon.site_id, beacon.visitor_id)
        visits = visits_by_visitor.get(key)
        if visits is None:
            visits = visits_by_visitor[key] = [_resume(key, visit) for visit in stored.get(key, ())]
        visit = _find(visits, beacon.received_at, beacon.engaged_ms if beacon.kind is Kind.LEAVE else 0)
        if visit is None:
            if beacon.kind is Kind.LEAVE:
                sessions.orphans.append(event)
                continue
            visit = _open(event)
            visits.append(visit)
            sessions.opened.append(visit)
        elif visit.first is None and not visit.is_changed:
            visit.is_changed = True
            sessions.changed.append(visit)
        _add(visit, event)
        sessions.rows.append((event, visit))
    return sessions


def _time(event: Event) -> int:
    return event.beacon.received_at


def _find(visits: list[Visit], at: int, engaged_ms: int) -> Visit | None:
    """Return the latest visit that contains an event at ``at``.

    A ``leave`` reports engagement that lasted until ``at``, so the event began that much earlier.
    """
    found: Visit | None = None
    for visit in visits:
        if (
            visit.started_at - SESSION_TIMEOUT_MS <= at <= visit.ended_at + SESSION_TIMEOUT_MS + engaged_ms
            and at < visit.started_at + LONGEST_VISIT_MS
            and (found is None or visit.started_at > found.started_at)
        ):
            found = visit
    return found


def _open(event: Event) -> Visit:
    beacon = event.beacon
    return Visit(
        site_id=beacon.site_id,
        visitor_id=beacon.visitor_id,
        started_at=beacon.received_at,
        ended_at=beacon.received_at,
        exit_page=event.path,
        bot_reason=event.bot_reason,
        values=visit_values(opening_columns(event)),
        first=event,
    )


def _resume(key: VisitorKey, visit: StoredVisit) -> Visit:
    return Visit(
        site_id=key[0],
        visitor_id=key[1],
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        exit_page=visit.exit_page,
        bot_reason=visit.bot_reason,
        values=visit.values,
        before=visit,
        pageviews=visit.pageviews,
        events=visit.events,
        engaged_ms=visit.engaged_ms,
    )


def _add(visit: Visit, event: Event) -> None:
    beacon = event.beacon
    if beacon.kind is Kind.PAGEVIEW:
        visit.pageviews += 1
        if beacon.received_at >= visit.ended_at:
            visit.exit_page = event.path
    elif beacon.kind is Kind.LEAVE:
        visit.engaged_ms += beacon.engaged_ms
    else:
        visit.events += 1
    if beacon.received_at > visit.ended_at:
        visit.ended_at = beacon.received_at
