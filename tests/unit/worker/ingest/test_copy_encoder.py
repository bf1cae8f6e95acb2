"""The binary COPY format of visits and events."""

import msgspec
import pytest

from common.beacon import VERSION, Beacon, Kind
from services.worker.enrich.event import Event
from services.worker.ingest.copy_encoder import EVENT_COLUMNS, VISIT_COLUMNS, events_to_copy, visits_to_copy
from services.worker.ingest.sessions import sessionize

AT = 1_790_000_000_000


def sessions_of(**changes):
    beacon = Beacon(VERSION, bytes(16), 1, AT, Kind.PAGEVIEW, bytes(16), "192.0.2.0/24", "Firefox", "shop.example", "/")
    event = Event(msgspec.structs.replace(beacon, **changes), hostname="shop.example", path="/")
    return sessionize([event], {})


def fields_of(rows):
    """Return the fields of the only row; None for NULL."""
    rows, at, found = rows[19:-2], 2, []
    for _ in range(int.from_bytes(rows[:2], "big")):
        length = int.from_bytes(rows[at : at + 4], "big", signed=True)
        found.append(None if length < 0 else rows[at + 4 : at + 4 + length])
        at += 4 + max(0, length)
    assert at == len(rows)
    return found


def test_visit_has_field_for_each_column():
    fields = dict(zip(VISIT_COLUMNS, fields_of(visits_to_copy(3, sessions_of(width=1440).opened)), strict=True))

    assert int.from_bytes(fields["shard"], "big") == 3
    assert int.from_bytes(fields["screen_width"], "big") == 1440
    assert int.from_bytes(fields["started_at"], "big") == (AT - 946_684_800_000) * 1000
    assert (fields["user_agent"], fields["network"], fields["city"]) == (b"Firefox", b"192.0.2.0/24", b"")


def test_event_has_field_for_each_column_and_null_without_properties():
    plain = sessions_of()
    with_props = sessions_of(kind=Kind.EVENT, name="größer", props={"plan": "ü"})

    assert fields_of(events_to_copy(3, plain.rows))[EVENT_COLUMNS.index("props")] is None
    fields = dict(zip(EVENT_COLUMNS, fields_of(events_to_copy(3, with_props.rows)), strict=True))
    assert (fields["name"], fields["props"]) == ("größer".encode(), b"\x01" + '{"plan":"ü"}'.encode())


@pytest.mark.parametrize("changes", [{"width": 40_000}, {"user_agent": "\ud800"}])
def test_value_that_does_not_fit_column_of_visit_is_rejected(changes):
    with pytest.raises(ValueError):
        visits_to_copy(1, sessions_of(**changes).opened)


@pytest.mark.parametrize("changes", [{"scroll": -40_000}, {"name": "\ud800"}])
def test_value_that_does_not_fit_column_of_event_is_rejected(changes):
    with pytest.raises(ValueError):
        events_to_copy(1, sessions_of(**changes).rows)
