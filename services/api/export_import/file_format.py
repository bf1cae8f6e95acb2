"""The file format: a header, then visits and events, with the checks that make sure that the store can hold them.

Field names, types and order are documented in docs/reference/export-format.md. The shard and the number of the site are
left out, because they belong to one install.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

import msgspec

from common.beacon import MAX_NAME, Kind, clean_props
from common.dimensions import DIMENSION_COLUMNS, MAX_LABEL
from common.network import anonymize
from common.sites import NUMBERS_DEPEND_ON
from common.text import clean_text
from common.urls import MAX_PATH
from common.version import VERSION
from common.visits import LONGEST_VISIT, MAX_TEXTS, SESSION_TIMEOUT
from services.api.export_import.models import NotAnExportError
from services.api.sites.models import Site

FORMAT = "pyuniqvisit-export"
FORMAT_VERSION = 1

Count = Annotated[int, msgspec.Meta(ge=0)]


class ExportedSettings(msgspec.Struct, frozen=True):
    """Settings with which the site counted. An import only compares them; it does not change its own site."""

    name: str
    url: str
    timezone: str
    identity: str
    privacy_signal: str
    bot_policy: str
    origins: tuple[str, ...] = ()
    retention_days: int | None = None


class ExportHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of JSON lines, and the metadata of Parquet."""

    format: str = FORMAT
    version: int = FORMAT_VERSION
    software: str = f"PyUniqVisit {VERSION}"
    exported_at: datetime
    from_: date | None = msgspec.field(name="from", default=None)
    to: date | None = None
    site: ExportedSettings
    visits: Count
    events: Count


def build_header(
    site: Site, exported_at: datetime, days: tuple[date | None, date | None], rows: tuple[int, int]
) -> ExportHeader:
    """``days``: the first and the last requested day; ``rows``: numbers of visits and of events in the file."""
    return ExportHeader(
        exported_at=exported_at, from_=days[0], to=days[1], site=_settings(site), visits=rows[0], events=rows[1]
    )


def write_header(header: ExportHeader) -> bytes:
    """Return one line of JSON, without the line break."""
    return msgspec.json.encode(header)


def read_header(text: bytes) -> ExportHeader:
    """Parse a header. Raises ``NotAnExportError``."""
    try:
        header = msgspec.json.decode(text, type=ExportHeader)
    except msgspec.MsgspecError:
        raise NotAnExportError("not a PyUniqVisit export: the header is missing or invalid") from None
    if header.format != FORMAT:
        raise NotAnExportError("not a PyUniqVisit export: unknown format name")
    if header.version != FORMAT_VERSION:
        raise NotAnExportError(f"format version {header.version} is unsupported; supported is {FORMAT_VERSION}")
    return header


def different_settings(header: ExportHeader, site: Site) -> tuple[str, ...]:
    """Return the settings that differ between the exported site and ``site``, so that users can judge the numbers."""
    exported, own = header.site, _settings(site)
    return tuple(name for name in NUMBERS_DEPEND_ON if getattr(exported, name) != getattr(own, name))


def _settings(site: Site) -> ExportedSettings:
    return ExportedSettings(**{name: getattr(site, name) for name in ExportedSettings.__struct_fields__})


Moment = Annotated[datetime, msgspec.Meta(tz=True)]

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(hours=1)
"""How far the clock of the exporting install may be ahead of ours."""

_INT = 2**31 - 1
_BIGINT = 2**53
_SMALLINT = 2**15 - 1
_PROPS_TEXT = 128 * 1024


class _VisitFields(msgspec.Struct, frozen=True, gc=False):
    visitor_id: UUID
    visit_started_at: Moment
    ended_at: Moment
    first_visit: Moment
    """When the first visit of this visitor started."""
    last_visit: Moment
    pageviews: int
    events: int
    engaged_ms: int
    screen_width: int
    bot_reason: str
    network: str
    user_agent: str


_VisitColumns: Any = msgspec.defstruct(
    "_VisitColumns",
    [(column, str) for column in DIMENSION_COLUMNS],
    bases=(_VisitFields,),
    frozen=True,
    gc=False,
)


class ExportedVisit(_VisitColumns, frozen=True, tag_field="record", tag="visit", forbid_unknown_fields=True, gc=False):  # type: ignore[call-arg, misc]
    """A visit with all its dimensions."""


class ExportedEvent(msgspec.Struct, frozen=True, tag_field="record", tag="event", forbid_unknown_fields=True, gc=False):
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


ExportRecord = ExportedVisit | ExportedEvent
NO_PROPS = msgspec.Raw(b"null")

KIND_NAMES: Mapping[int, str] = MappingProxyType({int(kind): kind.name.lower() for kind in Kind})
KIND_NUMBERS: Mapping[str, int] = MappingProxyType({name: number for number, name in KIND_NAMES.items()})

_TEXTS = dict(MAX_TEXTS) | {"path": MAX_PATH, "name": MAX_NAME, "kind": MAX_LABEL}
_MAX_NUMBERS: Mapping[type[Any], Mapping[str, int]] = {
    ExportedVisit: {"pageviews": _INT, "events": _INT, "engaged_ms": _BIGINT, "screen_width": _SMALLINT},
    ExportedEvent: {"engaged_ms": _INT, "scroll": 100},
}

MAX_TEXT = max(_TEXTS.values())
"""Maximum characters of a text field, except ``props``."""
MAX_PROPS_TEXT = _PROPS_TEXT


class InvalidFieldError(ValueError):
    """A field of a record has a value that the store cannot hold."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


def make_record_check(now: datetime) -> Callable[[ExportRecord], None]:
    """Return a function that raises ``InvalidFieldError`` for an invalid record. ``now``: the current time."""
    latest = now + CLOCK_TOLERANCE

    def check(record: ExportRecord) -> None:
        _check_numbers(record)
        _check_texts(record)
        start = record.visit_started_at
        if not EARLIEST <= start <= latest:
            raise InvalidFieldError("visit_started_at", "must be between the year 2000 and now")
        if isinstance(record, ExportedVisit):
            _check_visit(record, latest)
        else:
            _check_event(record, latest)

    return check


def _check_visit(visit: ExportedVisit, latest: datetime) -> None:
    start = visit.visit_started_at
    if not start <= visit.ended_at <= min(start + LONGEST_VISIT, latest):
        raise InvalidFieldError("ended_at", "must be between the visit's start and 24 hours later, and not after now")
    if not EARLIEST <= visit.first_visit <= start:
        raise InvalidFieldError("first_visit", "must be between the year 2000 and the visit's start")
    if not start <= visit.last_visit <= latest:
        raise InvalidFieldError("last_visit", "must be between the visit's start and now")
    network = visit.network
    if network and anonymize(network.partition("/")[0]) != network:
        raise InvalidFieldError("network", "must be an IPv4 /24 or an IPv6 /48, or empty")


def _check_event(event: ExportedEvent, latest: datetime) -> None:
    start = event.visit_started_at
    if not max(EARLIEST, start - SESSION_TIMEOUT) <= event.time <= min(start + LONGEST_VISIT, latest):
        raise InvalidFieldError("time", "must be between 30 minutes before the visit's start and 24 hours after it")
    if event.kind not in KIND_NUMBERS:
        raise InvalidFieldError("kind", f"must be one of {', '.join(KIND_NUMBERS)}")
    if event.props != NO_PROPS:
        _check_props(bytes(event.props))


def _check_props(text: bytes) -> None:
    if len(text) > _PROPS_TEXT:
        raise InvalidFieldError("props", f"must have at most {_PROPS_TEXT:,} bytes")
    try:
        props = msgspec.json.decode(text, type=dict[str, bool | int | float | str])
        cleaned = clean_props(props)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidFieldError("props", str(error).removeprefix("props: ")) from None
    if cleaned != props:
        raise InvalidFieldError("props", "contains a control character, or a key or text that is too long")


def _check_numbers(record: ExportRecord) -> None:
    for field, maximum in _MAX_NUMBERS[type(record)].items():
        if not 0 <= getattr(record, field) <= maximum:
            raise InvalidFieldError(field, f"must be between 0 and {maximum:,}")


def _check_texts(record: ExportRecord) -> None:
    for field, maximum in _TEXT_LIMITS[type(record)]:
        text = getattr(record, field)
        if len(text) > maximum:
            raise InvalidFieldError(field, f"must have at most {maximum:,} characters")
        if not text.isprintable() and clean_text(text, maximum) != text:
            raise InvalidFieldError(field, "must not contain control characters")


_TEXT_LIMITS: Mapping[type[Any], list[tuple[str, int]]] = {
    kind: [(field, _TEXTS[field]) for field in kind.__struct_fields__ if field in _TEXTS]
    for kind in (ExportedVisit, ExportedEvent)
}
