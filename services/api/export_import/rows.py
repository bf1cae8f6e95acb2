"""The two kinds of rows of a file, and what a row must be so that the store can hold it.

Field names, types and order are the format's, documented in docs/reference/export-format.md. What belongs to an
install, the shard and the site's number, is not in them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

import msgspec

from common.beacon import MAX_NAME, Kind, clean_props
from common.network import anonymize
from common.text import clean_text
from common.urls import MAX_PATH
from common.visits import DIMENSION_COLUMNS, LONGEST_VISIT, MAX_LABEL, MAX_TEXTS, SESSION_TIMEOUT

Moment = Annotated[datetime, msgspec.Meta(tz=True)]

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_APART = timedelta(hours=1)
"""The clock of the install that wrote a file may be that much ahead of ours."""

_INT = 2**31 - 1
_BIGINT = 2**53
_SMALLINT = 2**15 - 1
_PROPS_TEXT = 128 * 1024


class _VisitFacts(msgspec.Struct, frozen=True, gc=False):
    visitor_id: UUID
    visit_started_at: Moment
    ended_at: Moment
    first_visit: Moment
    """Of this visitor, ever."""
    last_visit: Moment
    pageviews: int
    events: int
    engaged_ms: int
    screen_width: int
    bot_reason: str
    network: str
    user_agent: str


_Dimensions: Any = msgspec.defstruct(
    "_Dimensions", [(column, str) for column in DIMENSION_COLUMNS], bases=(_VisitFacts,), frozen=True, gc=False
)


class Visit(_Dimensions, frozen=True, tag_field="record", tag="visit", forbid_unknown_fields=True, gc=False):  # type: ignore[call-arg, misc]
    """A visit, with all of its dimensions."""


class Event(msgspec.Struct, frozen=True, tag_field="record", tag="event", forbid_unknown_fields=True, gc=False):
    visitor_id: UUID
    visit_started_at: Moment
    time: Moment
    id: UUID
    kind: str
    """``pageview``, ``event``, ``click`` or ``leave``."""
    is_bot: bool
    engaged_ms: int
    scroll: int
    hostname: str
    path: str
    name: str
    props: msgspec.Raw
    """A JSON object, or null."""


Row = Visit | Event
NO_PROPS = msgspec.Raw(b"null")

KIND_NAMES: Mapping[int, str] = MappingProxyType({int(kind): kind.name.lower() for kind in Kind})
KIND_NUMBERS: Mapping[str, int] = MappingProxyType({name: number for number, name in KIND_NAMES.items()})

_TEXTS = dict(MAX_TEXTS) | {"path": MAX_PATH, "name": MAX_NAME, "kind": MAX_LABEL}
_MOST: Mapping[type[Any], Mapping[str, int]] = {
    Visit: {"pageviews": _INT, "events": _INT, "engaged_ms": _BIGINT, "screen_width": _SMALLINT},
    Event: {"engaged_ms": _INT, "scroll": 100},
}

MAX_TEXT = max(_TEXTS.values())
"""Characters of the longest text that any field may hold, properties aside."""
MAX_PROPS_TEXT = _PROPS_TEXT


class WrongValueError(ValueError):
    """A row that cannot be kept."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


def checker(now: datetime) -> Callable[[Row], None]:
    """Gives a check of rows against the clock's ``now``. It raises ``WrongValueError``."""
    latest = now + CLOCKS_APART

    def check(row: Row) -> None:
        _check_numbers(row)
        _check_texts(row)
        start = row.visit_started_at
        if not EARLIEST <= start <= latest:
            raise WrongValueError("visit_started_at", "must lie between the year 2000 and now")
        if isinstance(row, Visit):
            _check_visit(row, latest)
        else:
            _check_event(row, latest)

    return check


def _check_visit(visit: Visit, latest: datetime) -> None:
    start = visit.visit_started_at
    if not start <= visit.ended_at <= min(start + LONGEST_VISIT, latest):
        raise WrongValueError("ended_at", "must lie between the visit's start and 24 hours later, and not after now")
    if not EARLIEST <= visit.first_visit <= start:
        raise WrongValueError("first_visit", "must lie between the year 2000 and the visit's start")
    if not start <= visit.last_visit <= latest:
        raise WrongValueError("last_visit", "must lie between the visit's start and now")
    network = visit.network
    if network and anonymize(network.partition("/")[0]) != network:
        raise WrongValueError("network", "must be an IPv4 /24 or an IPv6 /48, or empty")


def _check_event(event: Event, latest: datetime) -> None:
    start = event.visit_started_at
    if not max(EARLIEST, start - SESSION_TIMEOUT) <= event.time <= min(start + LONGEST_VISIT, latest):
        raise WrongValueError("time", "must lie between 30 minutes before the visit's start and 24 hours after it")
    if event.kind not in KIND_NUMBERS:
        raise WrongValueError("kind", f"must be one of {', '.join(KIND_NUMBERS)}")
    if event.props != NO_PROPS:
        _check_props(bytes(event.props))


def _check_props(text: bytes) -> None:
    if len(text) > _PROPS_TEXT:
        raise WrongValueError("props", "is too long")
    try:
        props = msgspec.json.decode(text, type=dict[str, bool | int | float | str])
        cleaned = clean_props(props)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise WrongValueError("props", str(error).removeprefix("props: ")) from None
    if cleaned != props:
        raise WrongValueError("props", "holds a key or a text that is too long, or a control character")


def _check_numbers(row: Row) -> None:
    for field, most in _MOST[type(row)].items():
        if not 0 <= getattr(row, field) <= most:
            raise WrongValueError(field, f"must lie between 0 and {most:,}")


def _check_texts(row: Row) -> None:
    for field, most in _TEXTS_OF[type(row)]:
        text = getattr(row, field)
        if len(text) > most:
            raise WrongValueError(field, f"may have {most:,} characters")
        if not text.isprintable() and clean_text(text, most) != text:
            raise WrongValueError(field, "holds a control character")


_TEXTS_OF: Mapping[type[Any], list[tuple[str, int]]] = {
    kind: [(field, _TEXTS[field]) for field in kind.__struct_fields__ if field in _TEXTS] for kind in (Visit, Event)
}
