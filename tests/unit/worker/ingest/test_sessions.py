"""When a visit begins, continues and ends."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from common.beacon import Beacon, Kind
from common.visits import LONGEST_VISIT_MS, SESSION_TIMEOUT_MS
from services.worker.enrich.event import Event
from services.worker.ingest.sessions import Sessions, StoredVisit, VisitorKey, sessionize
from tests.support.beacons import MINUTE, NOON, beacon_maker


def events_of(beacons: Sequence[Beacon]) -> list[Event]:
    return [Event(beacon, hostname=beacon.host, path=beacon.path) for beacon in beacons]


def visits_of(*beacons: Beacon) -> list[tuple[int, int, int]]:
    """Return for each visit its start and end in minutes after noon, and its page views."""
    opened = sessionize(events_of(beacons), {}).opened
    return [((v.started_at - NOON) // MINUTE, (v.ended_at - NOON) // MINUTE, v.pageviews) for v in opened]


def test_beacons_within_session_timeout_are_one_visit():
    make = beacon_maker()
    assert visits_of(make(NOON), make(NOON + 30 * MINUTE), make(NOON + 59 * MINUTE)) == [(0, 59, 3)]


def test_session_timeout_ends_visit():
    make = beacon_maker()
    assert visits_of(make(NOON), make(NOON + 30 * MINUTE + 1)) == [(0, 0, 1), (30, 30, 1)]


def test_visit_lasts_at_most_one_day():
    make = beacon_maker()
    regular = [make(NOON + n * 20 * MINUTE) for n in range(100)]
    [first, second] = sessionize(events_of(regular), {}).opened
    assert first.ended_at - first.started_at < LONGEST_VISIT_MS
    assert second.started_at == NOON + LONGEST_VISIT_MS


def test_order_of_arrival_within_batch_does_not_matter():
    make = beacon_maker()
    assert visits_of(make(NOON + 5 * MINUTE), make(NOON), make(NOON + 2 * MINUTE)) == [(0, 5, 3)]


def test_visitors_and_sites_have_separate_visits():
    make = beacon_maker()
    assert len(visits_of(make(), make(who="ben"), make(site_id=2))) == 3


def test_leave_adds_engagement_and_duration_but_opens_no_visit():
    make = beacon_maker()
    sessions = sessionize(
        events_of(
            [
                make(NOON),
                make(NOON + 2 * MINUTE, kind=Kind.LEAVE, engaged_ms=90_000),
                make(kind=Kind.LEAVE, who="ben"),
            ]
        ),
        {},
    )
    [visit] = sessions.opened
    assert (visit.pageviews, visit.events, visit.engaged_ms, visit.ended_at - NOON) == (1, 0, 90_000, 2 * MINUTE)
    assert [event.beacon.visitor_id[:3] for event in sessions.orphans] == [b"ben"]


def test_leave_after_long_reading_belongs_to_its_visit():
    make = beacon_maker()
    sessions = sessionize(
        events_of([make(NOON), make(NOON + 50 * MINUTE, kind=Kind.LEAVE, engaged_ms=45 * MINUTE)]), {}
    )
    assert (len(sessions.opened), sessions.orphans) == (1, [])


def test_entry_and_exit_pages_are_first_and_last_page_view():
    make = beacon_maker()
    [visit] = sessionize(
        events_of(
            [make(NOON, path="/in"), make(NOON + 1, path="/out"), make(NOON + 2, kind=Kind.EVENT, path="/x", name="n")]
        ),
        {},
    ).opened
    assert visit.first is not None
    assert (visit.first.path, visit.exit_page, visit.events) == ("/in", "/out", 1)


def test_stored_visit_is_continued():
    make = beacon_maker()
    key = (1, make().visitor_id)
    stored = StoredVisit(NOON - 10 * MINUTE, NOON - 5 * MINUTE, 2, 1, 500, "/old", "ua:crawler")

    sessions = sessionize(events_of([make(NOON, path="/new")]), {key: [stored]})

    assert sessions.opened == []
    [visit] = sessions.changed
    assert (visit.started_at, visit.ended_at, visit.pageviews, visit.exit_page) == (stored.started_at, NOON, 3, "/new")
    assert visit.bot_reason == "ua:crawler"


def test_late_beacon_joins_visit_without_moving_start_or_exit():
    make = beacon_maker()
    stored = StoredVisit(NOON, NOON + 5 * MINUTE, 2, 0, 0, "/exit", "")

    sessions = sessionize(events_of([make(NOON - MINUTE, path="/late")]), {(1, make().visitor_id): [stored]})

    [visit] = sessions.changed
    assert (visit.started_at, visit.ended_at, visit.pageviews, visit.exit_page) == (NOON, NOON + 5 * MINUTE, 3, "/exit")


class ModelStore:
    """The visits that the store would contain after the batches so far."""

    def __init__(self) -> None:
        self.visits: dict[VisitorKey, dict[int, StoredVisit]] = {}

    def apply(self, batch: Sequence[Event]) -> Sessions:
        sessions = sessionize(batch, {key: list(visits.values()) for key, visits in self.visits.items()})
        for visit in (*sessions.opened, *sessions.changed):
            self.visits.setdefault((visit.site_id, visit.visitor_id), {})[visit.started_at] = StoredVisit(
                visit.started_at,
                visit.ended_at,
                visit.pageviews,
                visit.events,
                visit.engaged_ms,
                visit.exit_page,
                visit.bot_reason,
            )
        return sessions


timelines = st.lists(
    st.tuples(
        st.integers(0, 40 * 60 * MINUTE),
        st.sampled_from(["anna", "ben"]),
        st.sampled_from(list(Kind)),
        st.integers(0, 40 * MINUTE),
    ),
    max_size=40,
)


def history(timeline: list[tuple[int, str, Kind, int]]) -> list[Event]:
    make = beacon_maker()
    return events_of(
        [
            make(NOON + at, who, kind, f"/{at}", engaged_ms=engaged if kind is Kind.LEAVE else 0, name="n")
            for at, who, kind, engaged in timeline
        ]
    )


@given(timelines, st.data())
def test_visits_do_not_depend_on_division_into_batches(timeline, data):
    events = sorted(history(timeline), key=lambda event: event.beacon.received_at)
    whole, parts = ModelStore(), ModelStore()
    whole.apply(events)
    rest = list(events)
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        parts.apply(rest[:size])
        rest = rest[size:]
    assert parts.visits == whole.visits


@given(timelines)
def test_every_event_belongs_to_one_visit_and_is_counted(timeline):
    events = history(timeline)
    sessions = sessionize(events, {})

    assert len(sessions.rows) + len(sessions.orphans) == len(events)
    assert sum(v.pageviews for v in sessions.opened) == sum(e.beacon.kind is Kind.PAGEVIEW for e in events)
    for visit in sessions.opened:
        times = [event.beacon.received_at for event, owner in sessions.rows if owner is visit]
        assert visit.started_at == min(times)
        assert visit.ended_at == max(times)


@given(timelines)
def test_visits_without_leaves_are_runs_between_timeouts(timeline):
    events = [event for event in history(timeline) if event.beacon.kind is not Kind.LEAVE]
    expected = 0
    for who in {event.beacon.visitor_id for event in events}:
        times = sorted(event.beacon.received_at for event in events if event.beacon.visitor_id == who)
        start = None
        for before, at in zip([None, *times], times, strict=False):
            if before is None or start is None or at - before > SESSION_TIMEOUT_MS or at - start >= LONGEST_VISIT_MS:
                expected, start = expected + 1, at
    assert len(sessionize(events, {}).opened) == expected
