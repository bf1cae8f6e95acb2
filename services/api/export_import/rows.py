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

from common.beacon import MAX_LANGUAGE, MAX_NAME, MAX_USER_AGENT, Kind, clean_props
from common.network import anonymize
from common.text import clean_text
from common.urls import MAX_HOST, MAX_PATH, MAX_VALUE

Moment = Annotated[datetime, msgspec.Meta(tz=True)]

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_APART = timedelta(hours=1)
"""The clock of the install that wrote a file may be that much ahead of ours."""
LONGEST = timedelta(hours=24)
"""A visit lasts no longer."""
REACH = timedelta(minutes=30)
"""How long before its visit's start an event may lie: it came late, and joined the visit that followed it."""

_LABEL = 100
_INT = 2**31 - 1
_BIGINT = 2**53
_SMALLINT = 2**15 - 1
_PROPS_TEXT = 128 * 1024


class Visit(msgspec.Struct, frozen=True, tag_field="record", tag="visit", forbid_unknown_fields=True, gc=False):
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
    hostname: str
    entry_page: str
    exit_page: str
    referrer: str
    source: str
    channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country: str
    region: str
    city: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str
    screen: str
    language: str


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

# The longest texts that the worker writes, with room for those of others.
_TEXTS = {
    "bot_reason": _LABEL, "network": 50, "user_agent": MAX_USER_AGENT, "hostname": MAX_HOST, "entry_page": MAX_PATH,
    "exit_page": MAX_PATH, "referrer": MAX_HOST + MAX_PATH, "source": MAX_HOST, "channel": _LABEL,
    "utm_source": MAX_VALUE, "utm_medium": MAX_VALUE, "utm_campaign": MAX_VALUE, "utm_term": MAX_VALUE,
    "utm_content": MAX_VALUE, "country": _LABEL, "region": _LABEL, "city": _LABEL, "browser": _LABEL,
    "browser_version": _LABEL, "os": _LABEL, "os_version": _LABEL, "device": _LABEL, "screen": _LABEL,
    "language": MAX_LANGUAGE, "path": MAX_PATH, "name": MAX_NAME, "kind": _LABEL,
}  # fmt: skip
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
    if not start <= visit.ended_at <= min(start + LONGEST, latest):
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
    if not max(EARLIEST, start - REACH) <= event.time <= min(start + LONGEST, latest):
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
